// @ts-check
import { h, nextId } from "../helpers/dom.js";
import { keep, kept, sendKept } from "../helpers/keeping.js";
import { languageFor, tagOf } from "../helpers/language.js";
import { language, strings } from "../strings.js";

const KEY = "language";
const words = strings.language;

/** Say on the page which language it is in, for screen readers, fonts and figures. */
export function applyLanguage() {
  document.documentElement.lang = tagOf(language, navigator.languages);
}

/** Load the page again where it does not speak as was chosen. */
export function speakAsChosen() {
  if (languageFor(kept(KEY), navigator.languages) !== language) location.reload();
}

/** The choice of the page's language, for the settings. */
export function languageChoice() {
  const chosen = kept(KEY) ?? "";
  const hint = `language-${nextId()}`;
  const named = Object.entries(words.names).map(([value, label]) => ({ value, label, lang: value }));
  const offers = [{ value: "", label: words.system, lang: null }, ...named];
  const choices = offers.map(({ value, label, lang }) =>
    h(
      "label",
      { class: "choice", lang },
      h("input", {
        type: "radio",
        name: "language",
        value,
        checked: value === chosen,
        onchange: () => void choose(value),
      }),
      label,
    ),
  );
  return h(
    "div",
    {},
    h(
      "div",
      { class: "choices", role: "radiogroup", "aria-label": words.label, "aria-describedby": hint },
      ...choices,
    ),
    h("p", { class: "hint", id: hint }, words.hint),
  );
}

/** @param {string} value empty: as the browser; drafts are kept when the page goes */
async function choose(value) {
  keep(KEY, value || null);
  if (await sendKept()) location.reload();
}
