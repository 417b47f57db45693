// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { nameFixed } from "./controls.js";

/**
 * A labelled control with room for a hint and an error, both tied to it for screen readers.
 * @template {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} C
 */
export class Field {
  /**
   * @param {string} label
   * @param {C} control
   * @param {string} [hint]
   */
  constructor(label, control, hint = "") {
    const id = `field-${nextId()}`;
    control.id = id;
    this.control = control;
    this.hint = h("p", { class: "hint", id: `${id}-hint` }, hint);
    this.problem = h("p", { class: "field-error", id: `${id}-error`, role: "alert" });
    this.label = h("label", { for: id }, label);
    this.field = h("div", { class: "field" }, this.label, control, this.hint, this.problem);
    nameFixed(control, label);
    control.setAttribute("aria-describedby", `${id}-hint ${id}-error`);
    this.setHint(hint);
    this.setProblem("");
  }

  /** @param {string} text */
  setHint(text) {
    this.hint.textContent = text;
    show(this.hint, Boolean(text));
  }

  /** @param {string} text empty: all is well */
  setProblem(text) {
    this.problem.textContent = text;
    show(this.problem, Boolean(text));
    if (text) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }
}

/**
 * Fill a select, keeping what was chosen where it is still offered.
 * @param {HTMLSelectElement} select
 * @param {{ value: string, label: string }[]} options
 * @param {string} [chosen]
 */
export function offerOptions(select, options, chosen = select.value) {
  select.replaceChildren(...options.map(({ value, label }) => h("option", { value }, label)));
  select.value = options.some((option) => option.value === chosen) ? chosen : (options[0]?.value ?? "");
}
