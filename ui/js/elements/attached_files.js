// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { button, iconButton } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/** @typedef {{ name: string, content: string }} AttachedFile */

const words = strings.composer;
/** A file larger than this is not even read; what may be sent is far less. */
const READABLE_BYTES = 20_000_000;

/** A list of text files that go along with a request; `pick` adds to it, wherever that button is put. */
export class AttachedFiles {
  /** @type {AttachedFile[]} */
  #files = [];
  #list = h("ul", { class: "context-list", hidden: true });
  #problem = h("p", { class: "field-error", role: "alert", hidden: true });
  #input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
  #mark;
  #changed;

  /**
   * @param {{ title: string, hint: string, pick: string, mark?: string }} names mark: stands before each file
   * @param {() => void} changed
   * @param {{ icon: import("../render/icons.js").IconName } | null} [chips] as a row of chips, and the button's
   *   icon; else a group of its own with the button in it
   */
  constructor({ title, hint, pick: label, mark = "" }, changed, chips = null) {
    this.#changed = changed;
    this.#mark = mark;
    const look = chips
      ? { icon: chips.icon, kind: "quiet small" }
      : { icon: /** @type {const} */ ("plus"), kind: "small" };
    this.pick = button(label, () => this.#input.click(), look);
    if (chips) this.pick.title = hint;
    this.element = chips
      ? h(
          "div",
          { class: "chips-group", role: "group", "aria-label": title },
          this.#list,
          this.#problem,
          this.#input,
        )
      : h(
          "fieldset",
          { class: "group" },
          h("legend", {}, title),
          h("p", { class: "hint" }, hint),
          this.#list,
          this.#problem,
          this.#input,
          this.pick,
        );
  }

  get value() {
    return this.#files;
  }

  set value(files) {
    this.#files = files;
    this.#draw();
  }

  /**
   * @param {string} text
   * @param {number} [row] the file that is wrong
   */
  setProblem(text, row = -1) {
    this.#problem.textContent = text;
    show(this.#problem, Boolean(text));
    [...this.#list.children].forEach((element, index) => element.classList.toggle("wrong", index === row));
  }

  /** Where the keyboard goes on. */
  focus() {
    this.pick.focus();
  }

  /**
   * Take files that are text; a file of a name that is there already replaces it.
   * @param {Iterable<File>} files
   */
  async add(files) {
    this.setProblem("");
    const problems = [];
    for (const file of files) {
      const { content, problem } = await read(file);
      if (problem) problems.push(problem(reveal(file.name)));
      else this.#put({ name: file.name, content });
    }
    this.#draw();
    this.#changed();
    if (problems.length) this.setProblem(problems.join(" "));
  }

  /**
   * Take a text as a file.
   * @param {AttachedFile} file
   */
  put(file) {
    this.setProblem("");
    this.#put(file);
    this.#draw();
    this.#changed();
  }

  #picked() {
    // A copy: emptying the input empties its list as well.
    void this.add([...(this.#input.files ?? [])]);
    this.#input.value = "";
  }

  /** @param {AttachedFile} file */
  #put(file) {
    this.#files = [...this.#files.filter((f) => f.name !== file.name), file];
  }

  /** @param {string} name */
  #remove(name) {
    this.#files = this.#files.filter((f) => f.name !== name);
    this.setProblem("");
    this.#draw();
    this.#changed();
  }

  #draw() {
    this.#list.replaceChildren(
      ...this.#files.map((file) =>
        h(
          "li",
          {},
          icon("file"),
          this.#mark && h("span", { class: "file-mark" }, this.#mark),
          h("span", { class: "file-path" }, reveal(file.name)),
          h("span", { class: "hint" }, size(file.content.length)),
          iconButton("cross", words.removeFile(reveal(file.name)), () => this.#remove(file.name)),
        ),
      ),
    );
    show(this.#list, this.#files.length > 0);
  }
}

/**
 * The text of a file, or why there is none.
 * @param {File} file
 * @returns {Promise<{ content: string, problem?: (name: string) => string }>}
 */
async function read(file) {
  if (file.size > READABLE_BYTES)
    return { content: "", problem: (name) => words.hugeFile(name, size(READABLE_BYTES)) };
  try {
    const content = await file.text();
    const isText = !content.includes("\u0000") && !content.includes("\ufffd");
    return isText ? { content } : { content: "", problem: words.notText };
  } catch (error) {
    // A folder, or a file that went away meanwhile.
    if (error instanceof DOMException) return { content: "", problem: words.unreadable };
    throw error;
  }
}
