// @ts-check
import { h, nextId, show } from "../helpers/dom.js";

/** A row of tabs with one panel, as the ARIA pattern has it: arrows move, one tab stop. */
export class Tabs {
  /** @type {HTMLButtonElement[]} */
  #tabs = [];
  #changed;

  /**
   * @param {string} label
   * @param {string[]} names
   * @param {(index: number) => void} changed
   */
  constructor(label, names, changed) {
    this.#changed = changed;
    this.selected = 0;
    const id = `tabs-${nextId()}`;
    this.panel = h("div", { role: "tabpanel", id, class: "tab-panel", tabindex: 0 });
    this.#tabs = names.map((name, index) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${id}-${index}`,
          "aria-controls": id,
          onclick: () => this.select(index),
        },
        name,
      ),
    );
    this.list = h("div", { role: "tablist", "aria-label": label, class: "tab-list" }, ...this.#tabs);
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    this.#mark();
  }

  /** @param {number} index */
  select(index) {
    this.selected = index;
    this.#mark();
    this.#changed(index);
  }

  /**
   * @param {number} index
   * @param {string} text shown after the tab's name
   * @param {string} [tone]
   */
  setNote(index, text, tone = "idle") {
    const tab = this.#tabs[index];
    tab.querySelector(".tab-note")?.remove();
    if (text) tab.append(h("span", { class: "tab-note", "data-tone": tone }, text));
  }

  /** @param {boolean} shown */
  show(shown) {
    show(this.list, shown);
  }

  #mark() {
    this.#tabs.forEach((tab, index) => {
      tab.setAttribute("aria-selected", String(index === this.selected));
      tab.tabIndex = index === this.selected ? 0 : -1;
    });
    this.panel.setAttribute("aria-labelledby", this.#tabs[this.selected].id);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.select((this.selected + step + this.#tabs.length) % this.#tabs.length);
    this.#tabs[this.selected].focus();
  }
}
