// @ts-check
import { kept } from "./helpers/keeping.js";
import { languageFor } from "./helpers/language.js";
import * as english from "./strings/en.js";
import { namesOf } from "./strings/names.js";

/** @typedef {typeof english} Words */

/** The language that the user reads, for as long as the page is loaded; without a browser it is English. */
export const language = globalThis.document ? languageFor(kept("language"), navigator.languages) : "en";

/** `lang` of what the server says, where the page speaks another language: its words are English. */
export const serverLang = language === "en" ? null : "en";

/**
 * Every word of the page, in that language once it is loaded.
 * @type {Words}
 */
export let strings = english;
let names = namesOf(strings);

/** Comes before all that shows words. Where they cannot be loaded the page speaks English. */
export async function loadWords() {
  if (language === "en") return;
  strings = await import("./strings/zh.js").catch(() => english);
  names = namesOf(strings);
}

/**
 * The accessible name of what shows a word: one of the fixed English names, or the word itself.
 * @param {string} word
 */
export function nameOf(word) {
  return names.get(word) ?? word;
}
