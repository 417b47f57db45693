// @ts-check
import { h, show } from "../helpers/dom.js";
import { icon } from "../render/icons.js";
import { serverWords } from "../render/server_words.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Warning} Warning
 */

/** Lasting notices above everything: a lost connection, and the server's warnings. */
class Banners extends HTMLElement {
  #connection = h("div", { class: "banner", role: "status" });
  #warnings = h("div", { role: "status" });

  /** @param {App} app */
  connect(app) {
    this.replaceChildren(this.#connection, this.#warnings);
    app.connection.watch((connection) => {
      const lost = connection === "reconnecting" || connection === "down";
      show(this.#connection, lost);
      this.#connection.dataset.tone = connection === "down" ? "bad" : "waiting";
      const words = connection === "down" ? strings.connection.down : strings.connection.reconnecting;
      this.#connection.replaceChildren(...(lost ? [icon("alert"), h("span", {}, words)] : []));
    });
    app.warnings.watch((warnings) => this.#warnings.replaceChildren(...warnings.map(warningBanner)));
  }
}

/** @param {Warning} warning */
function warningBanner(warning) {
  const hint = warning.hint && serverWords(warning.hint, "span", "banner-hint");
  return h(
    "div",
    { class: "banner", "data-tone": "doubtful" },
    icon("alert"),
    serverWords(warning.message),
    hint,
  );
}

customElements.define("rt-banners", Banners);
