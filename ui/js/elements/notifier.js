// @ts-check
import { fulfil } from "../control/window_wishes.js";
import { h, nextId, show } from "../helpers/dom.js";
import { keep, kept } from "../helpers/keeping.js";
import { reveal } from "../helpers/reveal.js";
import { NewlyWaiting } from "../model/waiting.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

/** A window and a browser may be open at once: each has its own choice. */
const KEYS = { window: "notify-window", browser: "notify" };
const words = strings.notify;

/** Tells the user by the system's notifications that a session waits, while the page is not looked at. */
class Notifier extends HTMLElement {
  #waiting = new NewlyWaiting();

  /** @param {App} app */
  connect(app) {
    app.sessions.rows.watch((rows) => {
      for (const row of this.#waiting.among(rows ?? [])) if (isWanted(app)) notify(app, row);
    });
  }
}

/** @param {App} app */
function isWanted(app) {
  return isOn(app) && (document.hidden || !document.hasFocus());
}

/**
 * In the program's own window until it is switched off; in a browser when it was asked for and allowed.
 * @param {App} app
 */
function isOn(app) {
  if (app.window.inside.value) return kept(KEYS.window) !== "off";
  return "Notification" in window && Notification.permission === "granted" && kept(KEYS.browser) === "on";
}

/**
 * @param {App} app
 * @param {SessionRow} row
 */
function notify(app, row) {
  if (app.window.inside.value) {
    const telling = app.window.notify(reveal(row.title), words.body, row.session_id);
    telling.catch((error) => app.locksOut(error)); // the title says it, too
    return;
  }
  const shown = new Notification(reveal(row.title), { body: words.body, tag: row.session_id });
  shown.addEventListener("click", () => {
    window.focus();
    fulfil(app, { name: "session", detail: row.session_id });
    shown.close();
  });
}

/**
 * The choice whether to be notified, for the settings; only a click here asks the browser.
 * @param {App} app
 */
export function notifyChoice(app) {
  const id = `notify-${nextId()}`;
  const hint = h("p", { class: "hint", id, role: "status" });
  const inside = app.window.inside.value;
  const possible = inside || "Notification" in window;
  const box = h("input", {
    type: "checkbox",
    checked: isOn(app),
    disabled: !possible,
    "aria-describedby": id,
    onchange: () => void change(),
  });
  const say = (/** @type {string} */ text) => {
    hint.textContent = text;
    show(hint, text !== "");
  };
  const change = async () => {
    if (inside) {
      keep(KEYS.window, box.checked ? null : "off");
      return;
    }
    const granted = box.checked && (await Notification.requestPermission()) === "granted";
    say(box.checked && !granted ? words.denied : "");
    box.checked = granted;
    keep(KEYS.browser, granted ? "on" : null);
  };
  say(possible ? "" : words.missing);
  return h("div", { class: "notify-choice" }, h("label", { class: "choice" }, box, words.label), hint);
}

customElements.define("rt-notifier", Notifier);
