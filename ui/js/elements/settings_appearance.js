// @ts-check
import { h } from "../helpers/dom.js";
import { strings } from "../strings.js";
import { languageChoice } from "./language.js";
import { notifyChoice } from "./notifier.js";
import { applyTheme, theme } from "./theme.js";

/** @typedef {import("./theme.js").Theme} Theme */

const words = strings.settings;
/** @type {Theme[]} */
const THEMES = ["system", "light", "dark"];

/**
 * How the page looks, what it speaks, and whether it may call.
 * @param {import("../control/app.js").App} app
 */
export function appearanceSettings(app) {
  return h(
    "div",
    { class: "settings-groups" },
    row(strings.config.theme, themeChoice()),
    row(strings.language.label, languageChoice(app)),
    notifyChoice(app),
  );
}

/**
 * @param {string} title
 * @param {HTMLElement} choice
 */
function row(title, choice) {
  return h("div", { class: "settings-row" }, h("h4", {}, title), choice);
}

function themeChoice() {
  const choices = THEMES.map((value) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        name: "theme",
        value,
        checked: theme() === value,
        onchange: () => applyTheme(value),
      }),
      words.themes[value],
    ),
  );
  return h("div", { class: "choices", role: "radiogroup", "aria-label": words.appearance }, ...choices);
}
