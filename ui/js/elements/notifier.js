// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { keep, kept } from "../helpers/keeping.js";
import { reveal } from "../helpers/reveal.js";
import { NewlyWaiting } from "../model/waiting.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

const KEY = "notify";
const words = strings.notify;

/** Tells the user by the system's notifications that a session waits, while the page is not looked at. */
class Notifier extends HTMLElement {
  #waiting = new NewlyWaiting();

  /** @param {App} app */
  connect(app) {
    app.sessions.rows.watch((rows) => {
      for (const row of this.#waiting.among(rows ?? [])) if (isWanted()) notify(app, row);
    });
  }
}

function isWanted() {
  const allowed = "Notification" in window && Notification.permission === "granted";
  return allowed && kept(KEY) === "on" && (document.hidden || !document.hasFocus());
}

/**
 * @param {App} app
 * @param {SessionRow} row
 */
function notify(app, row) {
  const shown = new Notification(reveal(row.title), { body: words.body, tag: row.session_id });
  shown.addEventListener("click", () => {
    window.focus();
    app.go(row.session_id);
    shown.close();
  });
}

/** The choice whether to be notified, for the settings; only a click here asks the browser. */
export function notifyChoice() {
  const id = `notify-${nextId()}`;
  const hint = h("p", { class: "hint", id, role: "status" });
  const possible = "Notification" in window;
  const on = possible && kept(KEY) === "on" && Notification.permission === "granted";
  const box = h("input", {
    type: "checkbox",
    checked: on,
    disabled: !possible,
    "aria-describedby": id,
    onchange: () => void change(),
  });
  const say = (/** @type {string} */ text) => {
    hint.textContent = text;
    show(hint, text !== "");
  };
  const change = async () => {
    const granted = box.checked && (await Notification.requestPermission()) === "granted";
    say(box.checked && !granted ? words.denied : "");
    box.checked = granted;
    keep(KEY, granted ? "on" : null);
  };
  say(possible ? "" : words.missing);
  return h("div", { class: "notify-choice" }, h("label", { class: "choice" }, box, words.label), hint);
}

customElements.define("rt-notifier", Notifier);
