// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { button, iconButton } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/** @typedef {{ name: string, content: string }} AttachedFile */

const words = strings.composer;

/** A list of text files that go along with a request. */
export class AttachedFiles {
  /** @type {AttachedFile[]} */
  #files = [];
  #list = h("ul", { class: "context-list", hidden: true });
  #problem = h("p", { class: "field-error", role: "alert", hidden: true });
  #input = h("input", { type: "file", multiple: true, hidden: true, onchange: () => this.#picked() });
  #changed;

  /**
   * @param {{ title: string, hint: string, pick: string }} names
   * @param {() => void} changed
   */
  constructor({ title, hint, pick: label }, changed) {
    this.#changed = changed;
    const pick = button(label, () => this.#input.click(), { icon: "plus", kind: "small" });
    this.element = h(
      "fieldset",
      { class: "group" },
      h("legend", {}, title),
      h("p", { class: "hint" }, hint),
      this.#list,
      this.#problem,
      this.#input,
      pick,
    );
  }

  get value() {
    return this.#files;
  }

  set value(files) {
    this.#files = files;
    this.#draw();
  }

  /** @param {string} text */
  setProblem(text) {
    this.#problem.textContent = text;
    show(this.#problem, Boolean(text));
  }

  /**
   * Take files that are text; a file of a name that is there already replaces it.
   * @param {Iterable<File>} files
   */
  async add(files) {
    this.setProblem("");
    for (const file of files) {
      const content = await file.text();
      if (content.includes("\u0000") || content.includes("\ufffd"))
        this.setProblem(words.notText(reveal(file.name)));
      else this.#put({ name: file.name, content });
    }
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
