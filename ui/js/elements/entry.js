// @ts-check
import { h, show } from "../helpers/dom.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

/** Stands in front of everything while the server does not let this page in, or when it has ended. */
class Entry extends HTMLElement {
  /** @param {App} app */
  connect(app) {
    this.setAttribute("role", "alert");
    app.entry.watch((entry) => {
      show(this, entry !== "open");
      document.querySelector(".shell")?.toggleAttribute("inert", entry !== "open");
      if (entry === "open") return;
      const ended = entry === "ended";
      const words = ended ? strings.quitting.ended : strings.entry;
      const bad = entry === "bad" && h("p", { class: "entry-bad" }, strings.entry.bad);
      const face = h(
        "div",
        { class: ended ? "entry-icon ended" : "entry-icon" },
        icon(ended ? "check" : "alert"),
      );
      this.replaceChildren(
        h("div", { class: "entry-box" }, face, h("h1", {}, words.title), bad || "", h("p", {}, words.body)),
      );
    });
  }
}

customElements.define("rt-entry", Entry);
