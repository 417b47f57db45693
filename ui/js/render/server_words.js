// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { serverLang, strings } from "../strings.js";

/** @typedef {import("../types.js").Envelope} Envelope */

const words = strings.server;

/**
 * The entry of a table by a name that a log or a capsule gives: `constructor` is none.
 * @template T
 * @param {Record<string, T>} table
 * @param {string} name
 */
export function entryOf(table, name) {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * What the server says, as text: in the reader's language where the page knows the sentence.
 * @param {string} said
 */
export function translated(said) {
  return entryOf(words.phrases, said) ?? reveal(said);
}

/**
 * What the server says, in the reader's language where the page knows the sentence; else marked as English.
 * @param {string} said
 * @param {"span" | "p"} [kind] of element
 * @param {string} [className]
 */
export function serverWords(said, kind = "span", className = "") {
  const known = Object.hasOwn(words.phrases, said);
  return h(kind, { class: className || null, lang: known ? null : serverLang }, translated(said));
}

/**
 * What a note on a run says.
 * @param {Envelope} note
 * @returns {HTMLElement[]}
 */
export function noteWords({ data, message }) {
  const kind = "rewind_to" in data ? "rewound" : String(data.kind);
  const told = entryOf(words.notes, kind);
  if (told) return [h("span", {}, reveal(told(data)))];
  const heading = entryOf(words.headings, kind);
  return [heading && h("span", {}, reveal(heading(data))), serverWords(message)].filter(
    (part) => part instanceof HTMLElement,
  );
}
