// @ts-check
import { h, show } from "../helpers/dom.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

/** Stands in front of everything while the server does not let this page in. */
class Entry extends HTMLElement {
  /** @param {App} app */
  connect(app) {
    this.setAttribute("role", "alert");
    app.entry.watch((entry) => {
      show(this, entry !== "open");
      document.querySelector(".shell")?.toggleAttribute("inert", entry !== "open");
      if (entry === "open") return;
      const bad = entry === "bad" && h("p", { class: "entry-bad" }, strings.entry.bad);
      const face = h("div", { class: "entry-icon" }, icon("alert"));
      this.replaceChildren(
        h(
          "div",
          { class: "entry-box" },
          face,
          h("h1", {}, strings.entry.title),
          bad || "",
          h("p", {}, strings.entry.body),
        ),
      );
    });
  }
}

customElements.define("rt-entry", Entry);
