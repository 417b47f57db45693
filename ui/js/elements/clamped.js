// @ts-check
import { h } from "../helpers/dom.js";
import { strings } from "../strings.js";

const ROOM = 2;

/**
 * Plain text of which only the first lines show until asked for.
 * @param {string} text
 * @param {number} lines
 */
export function clamped(text, lines) {
  const all = text.trim().split("\n");
  const body = h("div", { class: "plain-text" }, all.join("\n"));
  if (all.length <= lines + ROOM && text.length < lines * 200) return body;
  const short = all
    .slice(0, lines)
    .join("\n")
    .slice(0, lines * 200)
    .trimEnd();
  const toggle = h(
    "button",
    { type: "button", class: "link-button", "aria-expanded": "false" },
    strings.timeline.showAll,
  );
  const draw = (/** @type {boolean} */ open) => {
    body.textContent = open ? all.join("\n") : `${short} …`;
    toggle.textContent = open ? strings.timeline.showLess : strings.timeline.showAll;
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => draw(toggle.getAttribute("aria-expanded") === "false"));
  draw(false);
  return h("div", {}, body, toggle);
}
