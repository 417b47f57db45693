// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { models } from "../later.js";
import { awaited } from "../render/awaited.js";
import { iconButton } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { connect } from "./on_demand.js";
import { aboutSettings } from "./settings_about.js";
import { agentSettings } from "./settings_agents.js";
import { appearanceSettings } from "./settings_appearance.js";
import { providerSettings } from "./settings_providers.js";
import { safetySettings } from "./settings_safety.js";
import { SectionTabs } from "./settings_tabs.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ConfigReply} ConfigReply
 */

const words = strings.config;

/** Providers, models, agents, safety, appearance, and what this program is. */
class Settings extends HTMLElement {
  #dialog = h("dialog", { class: "settings", "aria-labelledby": "settings-title" });
  #state = h("div", { class: "settings-state" });
  /** @type {SectionTabs} */
  #tabs = /** @type {SectionTabs} */ (/** @type {unknown} */ (null));

  /** @param {App} app */
  connect(app) {
    const close = iconButton("cross", strings.settings.close, () => this.#dialog.close());
    this.#tabs = new SectionTabs(words.sections, [
      { id: "providers", title: words.tabs.providers, make: () => providerSettings(app) },
      { id: "models", title: words.tabs.models, make: () => awaited(models, () => modelsOf(app)) },
      { id: "agents", title: words.tabs.agents, make: () => agentSettings(app) },
      { id: "safety", title: words.tabs.safety, make: () => safetySettings(app) },
      { id: "appearance", title: words.tabs.appearance, make: () => appearanceSettings(app) },
      { id: "about", title: words.tabs.about, make: () => aboutSettings(app) },
    ]);
    this.#dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: "settings-title" }, strings.settings.title), close),
      this.#state,
      h("div", { class: "settings-body" }, this.#tabs.list, this.#tabs.panels),
    );
    this.append(this.#dialog);
    this.#dialog.addEventListener("close", () => app.panel.value === "settings" && app.panel.set("none"));
    app.panel.watch((panel) => panel === "settings" && this.#open(app));
    app.config.reply.watch((reply) => this.#drawState(app, reply));
    app.config.problem.watch(() => this.#drawState(app, app.config.reply.value));
  }

  /** @param {App} app */
  #open(app) {
    this.#tabs.open(app.settingsTab);
    app.settingsTab = "";
    if (!this.#dialog.open) this.#dialog.showModal();
    void app.providers.refresh();
    void app.config.refresh();
  }

  /**
   * What concerns all settings.
   * @param {App} app
   * @param {ConfigReply | null} reply
   */
  #drawState(app, reply) {
    const failed = app.config.problem.value;
    const lines = [
      failed && problemBox(failed, () => void app.config.refresh()),
      reply?.problem && stateLine("bad", `${words.broken} ${reveal(reply.problem)}`),
      reply && !reply.may_change && stateLine("waiting", words.readOnly),
      reply?.may_change && !reply.problem && h("p", { class: "hint" }, words.counts),
    ];
    const shown = lines.filter((line) => line instanceof HTMLElement);
    this.#state.replaceChildren(...shown);
    show(this.#state, shown.length > 0);
  }
}

/**
 * @param {string} tone
 * @param {string} text
 */
function stateLine(tone, text) {
  return h(
    "p",
    { class: "settings-note", "data-tone": tone, role: "status" },
    icon("alert"),
    h("span", {}, text),
  );
}

/** @param {App} app */
function modelsOf(app) {
  const element = document.createElement("rt-models");
  connect(app, element);
  return element;
}

customElements.define("rt-settings", Settings);
