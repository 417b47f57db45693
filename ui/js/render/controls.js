// @ts-check
import { copyText } from "../helpers/clipboard.js";
import { h } from "../helpers/dom.js";
import { nameOf, strings } from "../strings.js";
import { icon } from "./icons.js";

/** @typedef {import("./icons.js").IconName} IconName */

/**
 * @param {string} label
 * @param {() => void} run
 * @param {{ kind?: string, icon?: IconName, disabled?: boolean }} [look]
 */
export function button(label, run, look = {}) {
  const face = look.icon ? [icon(look.icon), label] : [label];
  const element = h(
    "button",
    { type: "button", class: `button ${look.kind ?? ""}`, onclick: run, disabled: look.disabled },
    ...face,
  );
  nameFixed(element, label);
  return element;
}

/**
 * Give a control that shows a word the fixed name of that word, where it has one.
 * @param {HTMLElement} element
 * @param {string} word
 */
export function nameFixed(element, word) {
  if (nameOf(word) === word) element.removeAttribute("aria-label");
  else element.setAttribute("aria-label", nameOf(word));
}

/**
 * A word that is shown in the page's language and read out by its fixed name.
 * @param {string} word
 * @returns {(Node | string)[]}
 */
export function fixedWord(word) {
  const name = nameOf(word);
  if (name === word) return [word];
  return [h("span", { "aria-hidden": "true" }, word), h("span", { class: "off-screen", lang: "en" }, name)];
}

/**
 * A button that is only an icon; its name is read out and shown as a tooltip.
 * @param {IconName} name
 * @param {string} label
 * @param {() => void} run
 */
export function iconButton(name, label, run) {
  return h(
    "button",
    { type: "button", class: "icon-button", title: label, "aria-label": label, onclick: run },
    icon(name),
  );
}

/**
 * A button that copies what `text` gives and says whether it worked.
 * @param {() => string} text
 * @param {string} [label]
 */
export function copyButton(text, label = strings.artifact.copy) {
  const words = h("span", {}, label);
  const element = h("button", { type: "button", class: "button quiet small" }, icon("copy"), words);
  element.addEventListener("click", async () => {
    words.textContent = (await copyText(text())) ? strings.artifact.copied : strings.artifact.copyFailed;
    setTimeout(() => (words.textContent = label), 1600);
  });
  return element;
}

/**
 * Run an async action with its button switched off until it has ended.
 * @param {HTMLButtonElement} element
 * @param {() => Promise<unknown>} action
 * @param {(error: unknown) => void} failed
 */
export async function pending(element, action, failed) {
  element.disabled = true;
  element.setAttribute("aria-busy", "true");
  try {
    await action();
  } catch (error) {
    failed(error);
  } finally {
    element.disabled = false;
    element.removeAttribute("aria-busy");
  }
}

/**
 * A badge with a tone: good, doubtful, bad, waiting, active or idle.
 * @param {string} text
 * @param {string} tone
 */
export function badge(text, tone) {
  return h("span", { class: "badge", "data-tone": tone }, text);
}

/** Tone of each verdict. */
export const VERDICT_TONE = { verified: "good", checked: "doubtful", not_verified: "bad", unchecked: "idle" };
