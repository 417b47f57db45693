// @ts-check
import { kept } from "./helpers/keeping.js";
import { languageFor } from "./helpers/language.js";
import { english } from "./strings/en.js";
import { namesOf } from "./strings/names.js";
import { chinese } from "./strings/zh.js";

/** The language that the user reads, for as long as the page is loaded; without a browser it is English. */
export const language = globalThis.document ? languageFor(kept("language"), navigator.languages) : "en";

/** Every word of the page, in that language. */
export const strings = { en: english, zh: chinese }[language];

const names = namesOf(strings);

/**
 * The accessible name of what shows a word: one of the fixed English names, or the word itself.
 * @param {string} word
 */
export function nameOf(word) {
  return names.get(word) ?? word;
}
