// @ts-check
import { h, nextId } from "../helpers/dom.js";
import { kept } from "../helpers/keeping.js";
import { languageFor, tagOf } from "../helpers/language.js";
import { problemBox } from "../render/problem_box.js";
import { language, spoken, strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

const KEY = "language";
const words = strings.language;

/** Say on the page which language it is in, for screen readers, fonts and figures. */
export function applyLanguage() {
  document.documentElement.lang = tagOf(spoken, navigator.languages);
}

/** Load the page again where it does not speak as was chosen. */
export function speakAsChosen() {
  if (languageFor(kept(KEY), navigator.languages) !== language) location.reload();
}

/**
 * The choice of the page's language, for the settings. The page changes it once the server has it.
 * @param {App} app
 */
export function languageChoice(app) {
  const hint = `language-${nextId()}`;
  const named = Object.entries(words.names).map(([value, label]) => ({ value, label, lang: value }));
  const offers = [{ value: "", label: words.system, lang: null }, ...named];
  const inputs = offers.map(({ value }) =>
    h("input", {
      type: "radio",
      name: "language",
      value,
      checked: value === (kept(KEY) ?? ""),
      onchange: () => void choose(value),
    }),
  );
  const labels = offers.map(({ label, lang }, at) =>
    h("label", { class: "choice", lang }, inputs[at], label),
  );
  const group = h(
    "div",
    { class: "choices", role: "radiogroup", "aria-label": words.label, "aria-describedby": hint },
    ...labels,
  );
  const problem = h("div", {});
  const wait = (/** @type {boolean} */ waiting) => {
    group.setAttribute("aria-busy", String(waiting));
    for (const input of inputs) input.disabled = waiting;
  };
  const choose = async (/** @type {string} */ value) => {
    problem.replaceChildren();
    wait(true);
    try {
      await app.chooseLanguage(value || null);
      location.reload();
    } catch (error) {
      wait(false);
      const before = inputs.find((input) => input.defaultChecked);
      if (before) before.checked = true;
      before?.focus();
      if (!app.locksOut(error))
        problem.append(problemBox(/** @type {any} */ (error), () => void choose(value)));
    }
  };
  return h("div", {}, group, problem, h("p", { class: "hint", id: hint }, words.hint));
}
