// @ts-check
import { h } from "../helpers/dom.js";
import { button } from "../render/controls.js";
import { Field } from "../render/field.js";
import { strings } from "../strings.js";

const words = strings.checkFiles;

/** Makes a file of a text that is pasted and a name for it. */
export class PastedText {
  #name = new Field(
    words.name,
    h("input", {
      type: "text",
      class: "code-input",
      maxlength: 255,
      spellcheck: "false",
      autocomplete: "off",
    }),
    words.nameHint,
  );
  #text = new Field(
    words.text,
    h("textarea", { rows: 8, class: "code-input", spellcheck: "false", wrap: "off" }),
  );
  #take;

  /** @param {(file: { name: string, content: string }) => void} take */
  constructor(take) {
    this.#take = take;
    this.element = h(
      "details",
      { class: "pasted-text" },
      h("summary", {}, words.paste),
      this.#name.field,
      this.#text.field,
      button(words.add, () => this.add(), { icon: "plus", kind: "small" }),
    );
  }

  get value() {
    return { name: this.#name.control.value, content: this.#text.control.value };
  }

  set value({ name, content }) {
    this.#name.control.value = name;
    this.#text.control.value = content;
    this.element.open = !this.isEmpty;
  }

  get isEmpty() {
    const { name, content } = this.value;
    return !name.trim() && !content;
  }

  /**
   * Hand the file over and be empty again.
   * @returns {boolean} false: something is missing, and said at its field
   */
  add() {
    const { name, content } = this.value;
    this.#name.setProblem(name.trim() ? "" : words.noName);
    this.#text.setProblem(content.trim() ? "" : words.noText);
    const wrong = [this.#name, this.#text].find(({ control }) => control.matches("[aria-invalid]"));
    wrong?.control.focus();
    if (wrong) return false;
    const within = this.element.contains(document.activeElement);
    this.value = { name: "", content: "" };
    if (within) this.element.querySelector("summary")?.focus();
    this.#take({ name: name.trim(), content });
    return true;
  }
}
