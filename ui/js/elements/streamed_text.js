// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";

/** Text that grows: what is new is appended as a text node, what is there is left alone. */
export class StreamedText {
  #shown = "";

  constructor() {
    this.element = h("pre", { class: "streamed" });
  }

  /** @param {string} text so far */
  update(text) {
    if (text === this.#shown) return;
    if (!text.startsWith(this.#shown)) {
      this.#shown = "";
      this.element.replaceChildren();
    }
    this.element.append(reveal(text.slice(this.#shown.length)));
    this.#shown = text;
  }
}
