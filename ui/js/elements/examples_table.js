// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { isAbout, parseExamples, rowOf } from "../model/examples.js";
import { button, iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../model/examples.js").ExampleRow} ExampleRow
 * @typedef {import("../types.js").FoundExample} FoundExample
 */

const words = strings.composer;

/**
 * Rows of a call and its expected value, and below them those that were found in the text; nothing is shown
 * while there are none. `add` adds a row, wherever that button is put. Lines such as `f(2) == 4` may be pasted
 * into a call.
 */
export class ExamplesTable {
  #rows = h("div", { class: "example-rows" });
  #head = h(
    "div",
    { class: "example-head", "aria-hidden": "true" },
    h("span", {}, words.call),
    h("span", {}, words.expected),
  );
  #problem = h("p", { class: "field-error", role: "alert", hidden: true });
  #foundList = h("ul", { class: "found-rows" });
  #foundPart = h(
    "div",
    { class: "found", hidden: true },
    h("h2", {}, words.found),
    h("p", { class: "hint" }, words.foundHint),
    this.#foundList,
  );
  /** @type {FoundExample[]} */
  #found = [];
  #changed;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
    this.add = button(words.addRow, () => this.#addAndFocus(), { icon: "braces", kind: "quiet small" });
    this.add.title = strings.drafting.addExampleHint;
    this.element = h(
      "fieldset",
      { class: "group", hidden: true },
      h("legend", {}, words.examples),
      h("p", { class: "hint" }, words.examplesHint),
      this.#head,
      this.#rows,
      this.#problem,
      this.#foundPart,
    );
    this.#rows.addEventListener("input", () => this.#drawFound());
  }

  /** @param {FoundExample[]} found in the text */
  set found(found) {
    this.#found = found;
    this.#drawFound();
  }

  /** @returns {ExampleRow[]} */
  get value() {
    return [...this.#rows.children].map((row) => {
      const [call, expected] = row.querySelectorAll("input");
      return { call: call.value, expected: expected.value };
    });
  }

  set value(rows) {
    this.#rows.replaceChildren();
    rows.forEach((row) => this.#add(row));
    this.#number();
  }

  /**
   * @param {string} text
   * @param {number} [row] the one that is wrong
   */
  setProblem(text, row = -1) {
    this.#problem.textContent = text;
    show(this.#problem, Boolean(text));
    [...this.#rows.children].forEach((element, index) => mark(element, index === row));
  }

  #addAndFocus() {
    this.#add({ call: "", expected: "" });
    this.#number();
    this.#rows.lastElementChild?.querySelector("input")?.focus();
  }

  #drawFound() {
    show(this.#foundPart, this.#found.length > 0);
    show(this.#head, this.#rows.childElementCount > 0);
    show(this.element, this.#found.length + this.#rows.childElementCount > 0);
    const own = this.value;
    const rows = this.#found.map((found) =>
      this.#foundRow(
        found,
        own.some((row) => isAbout(row, found)),
      ),
    );
    this.#foundList.replaceChildren(...rows);
  }

  /**
   * @param {FoundExample} found
   * @param {boolean} replaced by a row of the user's own
   */
  #foundRow(found, replaced) {
    const { call, expected } = rowOf(found);
    const edit = iconButton("pencil", words.editFound(reveal(call)), () => this.#edit(found));
    return h(
      "li",
      { class: replaced ? "found-row replaced" : "found-row" },
      h("code", {}, reveal(found.expected === null ? `${call} ${expected}` : `${call} == ${expected}`)),
      replaced ? h("span", { class: "hint" }, words.yoursCounts) : edit,
    );
  }

  /** @param {FoundExample} found it becomes a row of the user's own, which counts instead */
  #edit(found) {
    this.#add(rowOf(found));
    this.#number();
    const inputs = this.#rows.lastElementChild?.querySelectorAll("input");
    inputs?.[1].focus();
    inputs?.[1].select();
    this.#changed();
  }

  /** @param {ExampleRow} row */
  #add(row) {
    const call = cell(row.call, "merge([[1, 3], [2, 6]])", () => this.#changed());
    const expected = cell(row.expected, "[[1, 6]]", () => this.#changed());
    call.addEventListener("paste", (event) => this.#onPaste(event, element));
    const remove = iconButton("cross", "", () => this.#remove(element));
    const element = h(
      "div",
      { class: "example-row", role: "group" },
      call,
      h("span", { "aria-hidden": "true" }, "=="),
      expected,
      remove,
    );
    this.#rows.append(element);
  }

  /** @param {HTMLElement} row */
  #remove(row) {
    row.remove();
    this.setProblem("");
    this.#number();
    this.#changed();
  }

  /**
   * @param {ClipboardEvent} event
   * @param {HTMLElement} into
   */
  #onPaste(event, into) {
    const rows = parseExamples(event.clipboardData?.getData("text") ?? "");
    if (!rows) return;
    event.preventDefault();
    const index = [...this.#rows.children].indexOf(into);
    this.value = this.value.toSpliced(index, 1, ...rows);
    this.#changed();
  }

  #number() {
    show(this.#head, this.#rows.childElementCount > 0);
    this.#drawFound();
    [...this.#rows.children].forEach((row, index) => {
      const [call, expected] = row.querySelectorAll("input");
      call.setAttribute("aria-label", words.row(words.call, index + 1));
      expected.setAttribute("aria-label", words.row(words.expected, index + 1));
      const remove = row.querySelector("button");
      remove?.setAttribute("aria-label", words.removeRow(index + 1));
      remove?.setAttribute("title", words.removeRow(index + 1));
    });
  }
}

/**
 * @param {Element} row
 * @param {boolean} wrong
 */
function mark(row, wrong) {
  row.classList.toggle("wrong", wrong);
  for (const input of row.querySelectorAll("input")) {
    if (wrong) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

/**
 * @param {string} value
 * @param {string} placeholder
 * @param {() => void} oninput
 */
function cell(value, placeholder, oninput) {
  return h("input", {
    type: "text",
    value,
    placeholder,
    class: "code-input",
    spellcheck: "false",
    autocomplete: "off",
    oninput,
  });
}
