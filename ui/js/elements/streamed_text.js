// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";

/** Characters after which a new block begins at the next line, or at the next word where no line ends. */
const BLOCK = 4000;
const LONGEST_BLOCK = 16_000;
/** How much of the end is compared to see whether a text goes on. */
const TAIL = 32;

/**
 * Text that grows: what is new is appended as a text node, what is there is left alone. It stands in blocks, so
 * that a long one is neither laid out anew with each piece nor painted where it is out of sight.
 */
export class StreamedText {
  #length = 0;
  #tail = "";
  /** @type {HTMLElement | null} the one that grows */
  #block = null;
  #filled = 0;

  constructor() {
    this.element = h("pre", { class: "streamed" });
  }

  /** @param {string} text so far */
  update(text) {
    const known = text.slice(Math.max(0, this.#length - TAIL), this.#length);
    if (known !== this.#tail) this.#clear();
    if (text.length === this.#length) return;
    this.#append(reveal(text.slice(this.#length)));
    this.#length = text.length;
    this.#tail = text.slice(-TAIL);
  }

  #clear() {
    this.element.replaceChildren();
    this.#block = null;
    this.#length = this.#filled = 0;
  }

  /** @param {string} text */
  #append(text) {
    for (let rest = text; rest;) {
      if (!this.#block) this.element.append((this.#block = h("span", { class: "streamed-block" })));
      const end = endOfBlock(rest, this.#filled);
      const piece = end === 0 ? rest : rest.slice(0, end);
      this.#block.append(piece);
      this.#filled += piece.length;
      if (end !== 0) {
        this.#block = null;
        this.#filled = 0;
      }
      rest = rest.slice(piece.length);
    }
  }
}

/**
 * Where a block ends within a text; 0 where it does not.
 * @param {string} text
 * @param {number} filled characters of the block before it
 */
function endOfBlock(text, filled) {
  const line = text.indexOf("\n", Math.max(0, BLOCK - filled));
  const word = text.indexOf(" ", Math.max(0, LONGEST_BLOCK - filled));
  const ends = [line, word].filter((at) => at >= 0);
  return ends.length ? Math.min(...ends) + 1 : 0;
}
