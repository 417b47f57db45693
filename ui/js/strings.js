// @ts-check
import { kept } from "./helpers/keeping.js";
import { languageFor } from "./helpers/language.js";
import * as english from "./strings/en.js";
import { namesOf } from "./strings/names.js";

/** @typedef {typeof english} Words */

/** The language that the user wants, for as long as the page is loaded; without a browser it is English. */
export const language = globalThis.document ? languageFor(kept("language"), navigator.languages) : "en";

/** The language that the page speaks: English where the words of the one that is wanted cannot be loaded. */
export let spoken = language;

/** `lang` of what the server says, where the page speaks another language: its words are English. */
export let serverLang = language === "en" ? null : "en";

/**
 * Every word of the page, in that language once it is loaded.
 * @type {Words}
 */
export let strings = english;
let names = namesOf(strings);

/** Comes before all that shows words. Where they cannot be loaded the page speaks English. */
export async function loadWords() {
  if (language === "en") return;
  try {
    strings = await import("./strings/zh.js");
  } catch {
    spoken = "en";
    serverLang = null;
  }
  names = namesOf(strings);
}

/**
 * The accessible name of what shows a word: one of the fixed English names, or the word itself.
 * @param {string} word
 */
export function nameOf(word) {
  return names.get(word) ?? word;
}
