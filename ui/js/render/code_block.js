// @ts-check
import { h } from "../helpers/dom.js";
import { strings } from "../strings.js";
import { copyButton } from "./controls.js";
import { paintCode } from "./highlight.js";

/**
 * A block of code within a message.
 * @param {string} code
 * @param {string} language
 * @param {string} path
 */
export function codeBlock(code, language, path) {
  const body = h("code", {});
  void paintCode(body, code, language);
  return h(
    "figure",
    { class: "code-block" },
    h(
      "figcaption",
      {},
      h("span", { class: "code-title" }, path || language),
      copyButton(() => code),
    ),
    h("pre", { tabindex: 0, "aria-label": path || language || strings.artifact.code, role: "group" }, body),
  );
}

/**
 * A whole file with numbered lines.
 * @param {string} code
 * @param {string} language
 * @param {string} name
 */
export function numberedCode(code, language, name) {
  const lines = code.replace(/\n$/, "").split("\n").length;
  const numbers = Array.from({ length: lines }, (_, i) => i + 1).join("\n");
  const body = h("code", {});
  void paintCode(body, code, language);
  return h(
    "div",
    { class: "numbered", tabindex: 0, role: "group", "aria-label": name },
    h("pre", { class: "numbers", "aria-hidden": "true" }, numbers),
    h("pre", { class: "source" }, body),
  );
}

/**
 * Bring a line of a numbered file into view, and mark its number.
 * @param {HTMLElement} shown what holds the file
 * @param {number} line from 1
 */
export function showLine(shown, line) {
  const numbers = shown.querySelector(".numbers");
  const all = numbers?.textContent?.split("\n") ?? [];
  if (!numbers || line > all.length) return;
  const mark = h("mark", {}, all[line - 1]);
  const lines = (/** @type {string[]} */ some) => some.map((each) => `${each}\n`).join("");
  numbers.replaceChildren(lines(all.slice(0, line - 1)), mark, "\n", all.slice(line).join("\n"));
  mark.scrollIntoView({ block: "center" });
}
