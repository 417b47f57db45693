// @ts-check
import { h, show } from "../helpers/dom.js";
import { count } from "../helpers/format.js";
import { MAX_DRAFT } from "../helpers/keeping.js";
import { strings } from "../strings.js";

/** Says where a draft stands that it is too long to be kept. */
export class KeptNote {
  element = h("p", { class: "hint kept-note", role: "status", hidden: true });

  /** @param {boolean} fits */
  look(fits) {
    this.element.textContent = fits ? "" : strings.keeping.tooLong(count(MAX_DRAFT));
    show(this.element, !fits);
  }
}
