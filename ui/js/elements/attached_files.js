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

/** A list of text files that go along with a request. */
export class AttachedFiles {
  /** @type {AttachedFile[]} */
  #files = [];
  #list = h("ul", { class: "context-list", hidden: true });
  #problem = h("p", { class: "field-error", role: "alert", hidden: true });
  #input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
  #pick;
  #changed;

  /**
   * @param {{ title: string, hint: string, pick: string }} names
   * @param {() => void} changed
   */
  constructor({ title, hint, pick: label }, changed) {
    this.#changed = changed;
    this.#pick = button(label, () => this.#input.click(), { icon: "plus", kind: "small" });
    this.element = h(
      "fieldset",
      { class: "group" },
      h("legend", {}, title),
      h("p", { class: "hint" }, hint),
      this.#list,
      this.#problem,
      this.#input,
      this.#pick,
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
    this.#pick.focus();
  }

  /**
   * Take files that are text; a file of a name that is there already replaces it.
   * @param {Iterable<File>} files
   */
  async add(files) {
    this.setProblem("");
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
