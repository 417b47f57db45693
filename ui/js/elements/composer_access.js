// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";
import { keyControls } from "./key_controls.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

const words = strings.drafting;

/** Says before the start that a chosen provider cannot be used, with the way out right there. */
export class AccessNote {
  #app;
  #shown = "";

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.element = h("div", { class: "access-notes", role: "status", hidden: true });
  }

  /**
   * Look at the providers that the run would use.
   * @param {string[]} ids
   */
  look(ids) {
    const lacking = [...new Set(ids)]
      .map((id) => this.#app.providers.find(id))
      .filter(
        (provider) => provider !== null && (provider.state === "no_key" || provider.state === "not_ready"),
      );
    const now = lacking.map((p) => `${p?.id} ${p?.state} ${p?.detail}`).join("\n");
    if (now === this.#shown) return;
    this.#shown = now;
    this.element.replaceChildren(...lacking.map((p) => this.#note(/** @type {ProviderInfo} */ (p))));
    show(this.element, lacking.length > 0);
  }

  /** Whether a provider lacks its key; the keyboard then goes to where it is set. */
  stops() {
    const wanting = this.element.querySelector(".needs-key button");
    if (wanting instanceof HTMLElement) wanting.focus();
    return wanting !== null;
  }

  /** @param {ProviderInfo} provider */
  #note(provider) {
    const noKey = provider.state === "no_key";
    const title = reveal(provider.title);
    const mayChange = this.#app.config.reply.value?.may_change ?? true;
    const settings = button(words.openSettings, () => this.#app.openSettings("providers"), { kind: "small" });
    return h(
      "div",
      { class: noKey ? "access-note needs-key" : "access-note", "data-tone": "doubtful" },
      icon("alert"),
      h(
        "p",
        {},
        h("strong", {}, noKey ? words.noKey(title) : words.notReady(title)),
        noKey ? "" : ` ${[provider.detail, provider.remedy].filter(Boolean).map(reveal).join(". ")}`,
      ),
      noKey && mayChange ? keyControls(this.#app, provider) : settings,
    );
  }
}
