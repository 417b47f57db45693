// @ts-check
import { h } from "../helpers/dom.js";
import { inIdleTime } from "../helpers/timing.js";
import { proseParts } from "../model/parts.js";
import { markdown } from "./markdown.js";

/** Characters beyond which a message is read in parts, in idle time. */
const LONG = 16_000;

/**
 * Whether a message is drawn later than it is asked for.
 * @param {string} text
 */
export function isLong(text) {
  return text.length > LONG;
}

/**
 * A message of a model as elements, at once where it is short. `done` is called with them; what was shown before
 * stays until then.
 * @param {string} text
 * @param {(shown: Node[]) => void} done
 */
export function drawMessage(text, done) {
  if (!isLong(text)) {
    done(markdown(text));
    return;
  }
  const parts = proseParts(text);
  /** @type {Node[]} */
  const shown = [];
  inIdleTime(() => {
    shown.push(h("div", { class: "prose prose-part" }, ...markdown(parts[shown.length])));
    if (shown.length === parts.length) done(shown);
    return shown.length < parts.length;
  });
}
