// @ts-check
import { keep, kept } from "../helpers/keeping.js";

/** @typedef {"system" | "light" | "dark"} Theme */

const KEY = "theme";

/** @returns {Theme} */
export function theme() {
  const chosen = kept(KEY);
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

/**
 * The server writes the theme into the page, so that it is there from the first paint on.
 * @param {Theme} [chosen] also keeps it
 */
export function applyTheme(chosen) {
  if (chosen) keep(KEY, chosen === "system" ? null : chosen);
  const now = theme();
  if (now === "system") document.documentElement.removeAttribute("data-theme");
  else document.documentElement.dataset.theme = now;
}
