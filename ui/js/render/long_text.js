// @ts-check
import { h } from "../helpers/dom.js";
import { inIdleTime } from "../helpers/timing.js";
import * as later from "../later.js";
import { proseParts } from "../model/parts.js";
import { Problem } from "../net/problem.js";

/** Characters beyond which a message is read in parts, in idle time. */
const LONG = 16_000;

/**
 * Whether a message is drawn later than it is asked for.
 * @param {string} text
 */
export function isDrawnLater(text) {
  return text.length > LONG || !later.markdown.loaded;
}

/**
 * A message of a model as elements, at once where it is short. `done` is called with them; what was shown before
 * stays until then, and for good where what reads markdown cannot be loaded: the text is all there.
 * @param {string} text
 * @param {(shown: Node[]) => void} done
 */
export function drawMessage(text, done) {
  const { loaded } = later.markdown;
  if (!loaded) void drawOnceLoaded(text, done);
  else if (isDrawnLater(text)) drawInParts(text, loaded.markdown, done);
  else done(loaded.markdown(text));
}

/**
 * @param {string} text
 * @param {(shown: Node[]) => void} done
 */
async function drawOnceLoaded(text, done) {
  try {
    await later.markdown.load();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return;
  }
  drawMessage(text, done);
}

/**
 * @param {string} text
 * @param {(text: string) => Node[]} markdown
 * @param {(shown: Node[]) => void} done
 */
function drawInParts(text, markdown, done) {
  const parts = proseParts(text);
  /** @type {Node[]} */
  const shown = [];
  inIdleTime(() => {
    shown.push(h("div", { class: "prose prose-part" }, ...markdown(parts[shown.length])));
    if (shown.length === parts.length) done(shown);
    return shown.length < parts.length;
  });
}
