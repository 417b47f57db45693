// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";

/** Text that grows: what is new is appended as a text node, what is there is left alone. */
export class StreamedText {
  #length = 0;

  constructor() {
    this.element = h("pre", { class: "streamed" });
  }

  /** @param {string} text so far */
  update(text) {
    if (text.length === this.#length) return;
    if (text.length < this.#length) {
      this.#length = 0;
      this.element.replaceChildren();
    }
    this.element.append(reveal(text.slice(this.#length)));
    this.#length = text.length;
  }
}
