// @ts-check
import { reveal } from "../helpers/reveal.js";
import { speaking, statusOf } from "../model/facts.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").RunView} RunView
 */

/** Tells a screen reader who speaks and when the user is needed; keeps the window's title. */
class Announcer extends HTMLElement {
  /** @type {string | null} session that was announced last */
  #session = null;
  #said = "";

  /** @param {App} app */
  connect(app) {
    this.setAttribute("aria-live", "polite");
    this.className = "off-screen";
    app.current.log.watch((log) => this.#follow(log?.sessionId ?? null, log?.newest ?? null));
    app.current.loading.watch(() => this.#title(app));
    app.sessions.rows.watch(() => this.#title(app));
    app.checking.watch(() => this.#title(app));
  }

  /**
   * @param {string | null} session
   * @param {RunView | null} run
   */
  #follow(session, run) {
    const words = run ? newsOf(run) : "";
    const opened = session !== this.#session;
    this.#session = session;
    if (words === this.#said) return;
    this.#said = words;
    // What stood there when the session was opened is no news.
    this.textContent = opened ? "" : words;
  }

  /** @param {App} app */
  #title(app) {
    const waiting = (app.sessions.rows.value ?? []).filter((row) => row.status === "waiting").length;
    const session = reveal(app.sessions.find(app.current.id)?.title ?? "");
    document.title = strings.title(waiting, app.checking.value ? strings.checkFiles.heading : session);
  }
}

/** @param {RunView} run */
function newsOf(run) {
  if (run.gate) return strings.announce.needed(reveal(run.gate.data.summary));
  if (run.finished) return strings.announce.ended(strings.status[statusOf(run)]);
  const turn = speaking(run);
  return turn ? strings.announce.speaks(turn.agent) : "";
}

customElements.define("rt-announcer", Announcer);
