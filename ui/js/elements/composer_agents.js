// @ts-check
import { h } from "../helpers/dom.js";
import { agentIcon } from "../render/icons.js";
import { modelGroups } from "../render/model_options.js";
import { strings } from "../strings.js";
import { AGENTS } from "../model/facts.js";

/**
 * @typedef {import("../types.js").AgentChoice} AgentChoice
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

const words = strings.drafting;

/** Another model or temperature for single agents, in this run only. */
export class AgentChoices {
  /** @type {ProviderInfo[]} */
  #providers = [];
  #rows;
  #problem = h("p", { class: "field-error", role: "alert", hidden: true });

  constructor() {
    this.#rows = AGENTS.map(agentRow);
    this.element = h(
      "fieldset",
      { class: "group agent-choices" },
      h("legend", {}, words.agents),
      ...this.#rows.map(({ element }) => element),
      this.#problem,
    );
  }

  /** @returns {Record<string, AgentChoice>} only what differs from the settings */
  get value() {
    const chosen = this.#rows.map(({ agent, model, temperature }) => {
      const warm = temperature.value.trim();
      return [
        agent,
        { ...(model.value && { model: model.value }), ...(warm && { temperature: Number(warm) }) },
      ];
    });
    return Object.fromEntries(chosen.filter(([, choice]) => Object.keys(choice).length));
  }

  set value(choices) {
    for (const { agent, model, temperature } of this.#rows) {
      const choice = choices[agent] ?? {};
      this.#fill(model, choice.model ?? "");
      temperature.value = choice.temperature === undefined ? "" : String(choice.temperature);
    }
    this.setProblem("");
  }

  /** @param {ProviderInfo[]} providers */
  offer(providers) {
    this.#providers = providers;
    for (const { model } of this.#rows) this.#fill(model, model.value);
  }

  /**
   * @param {string} text
   * @param {string} [agent] the one that is wrong
   */
  setProblem(text, agent = "") {
    this.#problem.textContent = text;
    this.#problem.hidden = !text;
    for (const row of this.#rows) {
      const wrong = Boolean(text) && row.agent === agent;
      row.element.classList.toggle("wrong", wrong);
      if (wrong) row.temperature.setAttribute("aria-invalid", "true");
      else row.temperature.removeAttribute("aria-invalid");
    }
  }

  /**
   * @param {HTMLSelectElement} model
   * @param {string} chosen
   */
  #fill(model, chosen) {
    model.replaceChildren(h("option", { value: "" }, words.asRun), ...modelGroups(this.#providers, chosen));
    model.value = chosen;
  }
}

/** @param {string} agent */
function agentRow(agent) {
  const model = h("select", { "aria-label": words.agentModel(agent) });
  const temperature = h("input", {
    type: "number",
    min: 0,
    max: 2,
    step: "any",
    placeholder: words.temperature,
    title: words.asSettings,
    "aria-label": words.agentTemperature(agent),
  });
  const name = h("span", { class: "agent-choice-name" }, agentIcon(agent), agent);
  const element = h("div", { class: "agent-choice", "data-agent": agent }, name, model, temperature);
  return { agent, model, temperature, element };
}
