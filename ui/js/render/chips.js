// @ts-check
import { h } from "../helpers/dom.js";
import { newestReport } from "../model/report.js";
import { strings } from "../strings.js";
import { resultEvidence, resultFace, toneOfResult } from "./check_details.js";

/**
 * @typedef {import("../types.js").Check} Check
 * @typedef {import("../types.js").CheckResult} CheckResult
 */

const words = strings.timeline;

/** The checks of a turn: a line of chips for each version that was checked. */
export class Chips {
  #shown = 0;
  #named = "";
  #open = "";
  element = h("div", { class: "checks", hidden: true });

  /**
   * @param {Check[]} checks of the turn
   * @param {Map<string, number>} numbers of the versions, by hash, as far as they are known
   */
  update(checks, numbers) {
    const hashes = [...new Set(checks.map((check) => check.artifact_hash))];
    const named = hashes.map((hash) => numbers.get(hash)).join();
    if (checks.length === this.#shown && named === this.#named) return;
    this.#shown = checks.length;
    this.#named = named;
    this.element.hidden = checks.length === 0;
    const lines = hashes.map((hash) => {
      const results = newestReport(checks.filter((check) => check.artifact_hash === hash));
      return this.#line(hash, results, hashes.length > 1, numbers.get(hash));
    });
    this.element.replaceChildren(...lines);
  }

  /**
   * Of several versions each has one line only: what passed or was skipped is counted and folded away.
   * @param {string} hash
   * @param {CheckResult[]} results
   * @param {boolean} several
   * @param {number | undefined} version
   */
  #line(hash, results, several, version) {
    const below = h("div", { class: "chip-evidence" });
    const line = h("div", { class: "chips" });
    const chips = results.map((result) => this.#chip(`${hash}/${result.name}`, result, line, below));
    if (several) line.append(h("span", { class: "chips-of" }, version ? words.checksOf(version) : ""));
    const quiet = several ? results.filter((result) => result.status !== "fail") : [];
    const others = chips.filter((_, index) => quiet.includes(results[index]));
    line.append(...chips.filter((chip) => !others.includes(chip)));
    if (others.length) line.append(this.#others(hash, quiet, others), ...others);
    return h("div", { class: "checks-line" }, line, below);
  }

  /**
   * @param {string} key
   * @param {CheckResult} result
   * @param {HTMLElement} line
   * @param {HTMLElement} below
   */
  #chip(key, result, line, below) {
    const chip = h(
      "button",
      { type: "button", class: "chip", "data-tone": toneOfResult(result) },
      ...resultFace(result),
    );
    const draw = (/** @type {boolean} */ open) => {
      line
        .querySelectorAll("[aria-expanded]:not(.more)")
        .forEach((c) => c.setAttribute("aria-expanded", "false"));
      chip.setAttribute("aria-expanded", String(open));
      below.replaceChildren(...(open ? [resultEvidence(result)] : []));
    };
    chip.addEventListener("click", () => {
      const open = chip.getAttribute("aria-expanded") !== "true";
      this.#open = open ? key : "";
      draw(open);
    });
    draw(this.#open === key);
    return chip;
  }

  /**
   * @param {string} hash
   * @param {CheckResult[]} results
   * @param {HTMLElement[]} chips
   */
  #others(hash, results, chips) {
    const passed = results.filter((result) => result.status === "pass").length;
    const label = words.others(passed, results.length - passed);
    const more = h(
      "button",
      { type: "button", class: "chip more", "data-tone": passed ? "good" : "idle" },
      label,
    );
    const draw = (/** @type {boolean} */ open) => {
      more.setAttribute("aria-expanded", String(open));
      for (const chip of chips) chip.hidden = !open;
    };
    more.addEventListener("click", () => draw(more.getAttribute("aria-expanded") !== "true"));
    draw(this.#open.startsWith(`${hash}/`));
    return more;
  }
}
