// @ts-check
/** The languages of the page, and which of them a reader gets. */

/** @typedef {"en" | "zh"} Language */

/**
 * What was chosen, else the first language of the browser that the page speaks, else English.
 * @param {string | null} chosen
 * @param {readonly string[]} preferred tags as in `navigator.languages`
 * @returns {Language}
 */
export function languageFor(chosen, preferred) {
  const asked = [chosen ?? "", ...preferred].map((tag) => tag.toLowerCase().split("-")[0]);
  return /** @type {Language} */ (asked.find((tag) => tag === "en" || tag === "zh") ?? "en");
}

/**
 * The tag of a language for `lang` and Intl: the browser's own, which knows the country, where it has one.
 * @param {Language} language
 * @param {readonly string[]} preferred
 */
export function tagOf(language, preferred) {
  if (language === "zh") return "zh-Hans";
  return preferred.find((tag) => /^en(-|$)/i.test(tag)) ?? "en";
}
