// @ts-check
import { h } from "../helpers/dom.js";
import { resultEvidence, resultFace, toneOfResult } from "./check_details.js";

/** @typedef {import("../types.js").Check} Check */

/** The checks of a turn as chips in a line; a chip opens its evidence below the line. One is open at a time. */
export class Chips {
  #line = h("div", { class: "chips" });
  #below = h("div", { class: "chip-evidence" });
  #shown = 0;
  /** @type {Map<string, HTMLButtonElement>} */
  #byCheck = new Map();
  #open = "";

  constructor() {
    this.element = h("div", { class: "checks", hidden: true }, this.#line, this.#below);
  }

  /** @param {Check[]} checks of the turn; a check that came again replaces the earlier one */
  update(checks) {
    for (const check of checks.slice(this.#shown)) this.#put(check);
    this.#shown = checks.length;
    this.element.hidden = this.#shown === 0;
  }

  /** @param {Check} check */
  #put(check) {
    const key = `${check.artifact_hash}/${check.result.name}`;
    const chip = h(
      "button",
      { type: "button", class: "chip", "data-tone": toneOfResult(check.result), "aria-expanded": "false" },
      ...resultFace(check.result),
    );
    chip.addEventListener("click", () => this.#toggle(key, check));
    const before = this.#byCheck.get(key);
    if (before) before.replaceWith(chip);
    else this.#line.append(chip);
    this.#byCheck.set(key, chip);
    if (this.#open === key) this.#toggle(key, check);
  }

  /**
   * @param {string} key
   * @param {Check} check
   */
  #toggle(key, check) {
    const opening = this.#byCheck.get(key)?.getAttribute("aria-expanded") !== "true";
    this.#byCheck.forEach((chip) => chip.setAttribute("aria-expanded", "false"));
    this.#byCheck.get(key)?.setAttribute("aria-expanded", String(opening));
    this.#open = opening ? key : "";
    this.#below.replaceChildren(...(opening ? [resultEvidence(check.result)] : []));
  }
}
