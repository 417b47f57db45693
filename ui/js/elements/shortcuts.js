// @ts-check
import { h, isTyping } from "../helpers/dom.js";
import { iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

/**
 * Keys that work everywhere. Elements mark what a key reaches with `data-shortcut`; a control that is hidden or
 * switched off is not reached.
 *
 * @typedef {import("../control/app.js").App} App
 */

const words = strings.shortcuts;
/** @type {Record<string, string>} */
const WITH_CONTROL = { k: "search", ".": "stop" };
/** @type {Record<string, string>} */
const ALONE = { a: "approve", c: "change", r: "reject", "?": "list" };
/** @type {[keyof typeof words.does, string[]][]} */
const KEYS = [
  ["send", ["Ctrl", "Enter"]],
  ["stop", ["Ctrl", "."]],
  ["search", ["Ctrl", "K"]],
  ["approve", ["A"]],
  ["change", ["C"]],
  ["reject", ["R"]],
  ["list", ["?"]],
  ["close", ["Esc"]],
];

/** Listens for the keys, and lists them. */
class Shortcuts extends HTMLElement {
  #dialog = h("dialog", { class: "shortcuts", "aria-labelledby": "shortcuts-title" });

  /** @param {App} app */
  connect(app) {
    const close = iconButton("cross", strings.settings.close, () => this.#dialog.close());
    this.#dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: "shortcuts-title" }, words.title), close),
      h("div", { class: "dialog-body" }, keyList(), h("p", { class: "hint" }, words.hint)),
    );
    this.append(this.#dialog);
    this.#dialog.addEventListener("close", () => app.panel.value === "shortcuts" && app.panel.set("none"));
    app.panel.watch((panel) => panel === "shortcuts" && !this.#dialog.open && this.#dialog.showModal());
    document.addEventListener("keydown", (event) => onKey(event, app));
  }
}

function keyList() {
  const rows = KEYS.flatMap(([name, keys]) => [
    h("dt", {}, ...keys.flatMap((key, index) => [index ? "+" : "", h("kbd", {}, key)])),
    h("dd", {}, words.does[name]),
  ]);
  return h("dl", { class: "key-list" }, ...rows);
}

/**
 * @param {KeyboardEvent} event
 * @param {App} app
 */
function onKey(event, app) {
  const name = shortcutOf(event);
  if (!name || event.repeat || document.querySelector("dialog[open]")) return;
  if (name === "list") app.panel.set("shortcuts");
  else if (!reach(name, app)) return;
  event.preventDefault();
}

/**
 * @param {string} name
 * @param {App} app
 * @returns {boolean} whether there is such a control now
 */
function reach(name, app) {
  const controls = [...document.querySelectorAll(`[data-shortcut="${name}"]`)];
  // In a narrow window the search stands in the list that slides over the page.
  if (name === "search" && !controls.some(isReachable)) app.panel.set("sessions");
  const control = controls.find(isReachable);
  if (!(control instanceof HTMLElement)) return false;
  if (control.matches("input")) control.focus();
  else control.click();
  return true;
}

/** @param {KeyboardEvent} event */
function shortcutOf(event) {
  const key = event.key.toLowerCase();
  if (event.altKey || event.isComposing) return undefined;
  if (event.ctrlKey || event.metaKey) return event.shiftKey ? undefined : WITH_CONTROL[key];
  if (isTyping(event.target) || (event.shiftKey && key !== "?")) return undefined;
  return ALONE[key];
}

/** @param {Element} control */
function isReachable(control) {
  return control.checkVisibility({ visibilityProperty: true }) && !control.matches(":disabled");
}

customElements.define("rt-shortcuts", Shortcuts);
