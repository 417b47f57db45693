// @ts-check
import { isTyping } from "../helpers/dom.js";

/**
 * Keys that work everywhere. Elements mark what a key reaches with `data-shortcut`; a control that is hidden or
 * switched off is not reached.
 */

/** @type {Record<string, string>} */
const WITH_CONTROL = { k: "search", ".": "stop" };
/** @type {Record<string, string>} */
const ALONE = { a: "approve", c: "change", r: "reject" };

/** @param {KeyboardEvent} event */
function onKey(event) {
  const name = shortcutOf(event);
  if (!name || event.repeat || document.querySelector("dialog[open]")) return;
  const control = [...document.querySelectorAll(`[data-shortcut="${name}"]`)].find(isReachable);
  if (!(control instanceof HTMLElement)) return;
  event.preventDefault();
  if (control.matches("input")) control.focus();
  else control.click();
}

/** @param {KeyboardEvent} event */
function shortcutOf(event) {
  const key = event.key.toLowerCase();
  if (event.altKey || event.shiftKey) return undefined;
  if (event.ctrlKey || event.metaKey) return WITH_CONTROL[key];
  return isTyping(event.target) ? undefined : ALONE[key];
}

/** @param {Element} control */
function isReachable(control) {
  return control.checkVisibility({ visibilityProperty: true }) && !control.matches(":disabled");
}

document.addEventListener("keydown", onKey);
