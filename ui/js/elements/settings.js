// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { badge, iconButton } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { stateWords } from "../render/model_picker.js";
import { strings } from "../strings.js";
import { keyControls } from "./key_controls.js";
import { applyTheme, theme } from "./theme.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 * @typedef {import("./theme.js").Theme} Theme
 */

const words = strings.settings;
/** @type {Record<string, string>} */
const TONE = { ready: "good", no_key: "idle", not_ready: "doubtful", unknown: "idle" };
/** @type {Theme[]} */
const THEMES = ["system", "light", "dark"];

/** Providers with their keys, and how the page looks. */
class Settings extends HTMLElement {
  #providers = h("div", { class: "provider-list" });
  #version = h("p", { class: "hint" });
  #dialog = h("dialog", { class: "settings", "aria-labelledby": "settings-title" });

  /** @param {App} app */
  connect(app) {
    const close = iconButton("cross", words.close, () => this.#dialog.close());
    this.#dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: "settings-title" }, words.title), close),
      h(
        "div",
        { class: "dialog-body" },
        h("h3", {}, words.appearance),
        appearance(),
        h("h3", {}, words.providers),
        this.#providers,
        this.#version,
      ),
    );
    this.append(this.#dialog);
    this.#dialog.addEventListener("close", () => app.panel.set("none"));
    app.panel.watch((panel) => panel === "settings" && this.#open(app));
    app.providers.list.watch((list) => this.#draw(app, list));
    app.providers.problem.watch((problem) => {
      if (problem) this.#providers.replaceChildren(problemBox(problem, () => void app.providers.refresh()));
    });
  }

  /** @param {App} app */
  #open(app) {
    this.#version.textContent = app.version && words.version(app.version);
    this.#dialog.showModal();
    void app.providers.refresh();
  }

  /**
   * @param {App} app
   * @param {ProviderInfo[] | null} list
   */
  #draw(app, list) {
    if (this.#providers.contains(document.activeElement) && document.activeElement?.matches("input")) return;
    if (list) this.#providers.replaceChildren(...list.map((provider) => providerRow(app, provider)));
    else this.#providers.replaceChildren(h("p", { class: "hint" }, words.loading));
  }
}

/**
 * @param {App} app
 * @param {ProviderInfo} provider
 */
function providerRow(app, provider) {
  const head = h(
    "div",
    { class: "provider-head" },
    h("h4", {}, reveal(provider.title)),
    badge(stateWords(provider.state), TONE[provider.state] ?? "idle"),
  );
  // Where it is all about the key, the line with its controls says so.
  const onlyKey = provider.needs_key && (provider.state === "no_key" || provider.state === "ready");
  const facts = onlyKey ? [] : [provider.detail, provider.remedy].filter(Boolean);
  return h(
    "section",
    { class: "provider" },
    head,
    ...facts.map((text) => h("p", { class: "hint" }, reveal(text))),
    provider.key !== null && keyControls(app, provider),
  );
}

function appearance() {
  const choices = THEMES.map((value) =>
    h(
      "label",
      { class: "choice" },
      h("input", {
        type: "radio",
        name: "theme",
        value,
        checked: theme() === value,
        onchange: () => applyTheme(value),
      }),
      words.themes[value],
    ),
  );
  return h("div", { class: "choices", role: "radiogroup", "aria-label": words.appearance }, ...choices);
}

customElements.define("rt-settings", Settings);
