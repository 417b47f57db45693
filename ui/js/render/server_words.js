// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { serverLang, strings } from "../strings.js";

/** @typedef {import("../types.js").Envelope} Envelope */

const words = strings.server;

/**
 * What the server says, in the reader's language where the page knows the sentence; else marked as English.
 * @param {string} said
 * @param {"span" | "p"} [kind] of element
 * @param {string} [className]
 */
export function serverWords(said, kind = "span", className = "") {
  const known = words.phrases[said];
  return h(kind, { class: className || null, lang: known ? null : serverLang }, known ?? reveal(said));
}

/**
 * What a note on a run says.
 * @param {Envelope} note
 * @returns {HTMLElement[]}
 */
export function noteWords({ data, message }) {
  const kind = "rewind_to" in data ? "rewound" : String(data.kind);
  const told = words.notes[kind];
  if (told) return [h("span", {}, reveal(told(data)))];
  const heading = words.headings[kind];
  return [heading && h("span", {}, reveal(heading(data))), serverWords(message)].filter(
    (part) => part instanceof HTMLElement,
  );
}
