// @ts-check
import { h, nextId, show } from "../helpers/dom.js";

/** @typedef {{ id: string, title: string, make: () => HTMLElement }} Section */

const NARROW = matchMedia("(width < 640px)");

/** Sections as tabs beside them, made when they are first seen; on a narrow screen all below one another. */
export class SectionTabs {
  #sections;
  /** @type {HTMLElement[]} */
  #tabs;
  /** @type {HTMLElement[]} */
  #panels;
  #selected = 0;

  /**
   * @param {string} label
   * @param {Section[]} sections
   */
  constructor(label, sections) {
    this.#sections = sections;
    const id = `section-${nextId()}`;
    this.#tabs = sections.map((section, index) =>
      h(
        "button",
        {
          type: "button",
          role: "tab",
          id: `${id}-tab-${index}`,
          "aria-controls": `${id}-${index}`,
          onclick: () => this.#select(index),
        },
        section.title,
      ),
    );
    this.#panels = sections.map((section, index) =>
      h(
        "section",
        { id: `${id}-${index}`, "aria-labelledby": `${id}-tab-${index}`, class: "settings-section" },
        h("h3", { id: `${id}-head-${index}` }, section.title),
      ),
    );
    this.list = h(
      "div",
      { role: "tablist", "aria-label": label, "aria-orientation": "vertical", class: "settings-tabs" },
      ...this.#tabs,
    );
    this.panels = h("div", { class: "settings-panels" }, ...this.#panels);
    this.list.addEventListener("keydown", (event) => this.#onKey(event));
    NARROW.addEventListener("change", () => this.#mark());
  }

  /** @param {string} id empty: where it was */
  open(id) {
    const index = this.#sections.findIndex((section) => section.id === id);
    this.#select(index < 0 ? this.#selected : index);
    if (NARROW.matches && index > 0) this.#panels[index].scrollIntoView();
  }

  /** @param {number} index */
  #select(index) {
    this.#selected = index;
    this.#mark();
    this.panels.scrollTop = 0;
  }

  #mark() {
    const narrow = NARROW.matches;
    show(this.list, !narrow);
    this.#tabs.forEach((tab, index) => {
      const chosen = index === this.#selected;
      const panel = this.#panels[index];
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      show(panel, narrow || chosen);
      panel.setAttribute("role", narrow ? "region" : "tabpanel");
      panel.setAttribute("aria-labelledby", panel.id.replace(/-(\d+)$/, narrow ? "-head-$1" : "-tab-$1"));
      if ((narrow || chosen) && panel.childElementCount === 1) panel.append(this.#sections[index].make());
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    this.#select((this.#selected + step + this.#tabs.length) % this.#tabs.length);
    this.#tabs[this.#selected].focus();
  }
}
