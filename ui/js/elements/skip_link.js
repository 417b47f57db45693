// @ts-check
import { h } from "../helpers/dom.js";
import { strings } from "../strings.js";

/** Leads past the list of sessions; seen when it has the focus. The address stays as it is. */
class SkipLink extends HTMLElement {
  connect() {
    const go = (/** @type {Event} */ event) => {
      event.preventDefault();
      document.getElementById("content")?.focus();
    };
    this.append(h("a", { class: "skip-link", href: "#content", onclick: go }, strings.shortcuts.skip));
  }
}

customElements.define("rt-skip-link", SkipLink);
