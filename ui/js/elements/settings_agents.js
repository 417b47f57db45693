// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { AGENTS } from "../model/facts.js";
import { agentIcon } from "../render/icons.js";
import { button, pending } from "../render/controls.js";
import { modelGroups } from "../render/model_options.js";
import { strings } from "../strings.js";
import { SettingField, numberInput } from "./settings_field.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.config;
const MAX_INSTRUCTION = 20_000;
const NUMBERS = {
  temperature: { label: words.temperature, hint: words.temperatureHint },
  revise_temperature: { label: words.revise, hint: words.reviseHint },
  top_p: { label: words.topP, hint: words.topPHint },
  max_tokens: { label: words.maxTokens },
};

/**
 * What each agent is told, and how it speaks.
 * @param {App} app
 */
export function agentSettings(app) {
  const agents = AGENTS.map((agent, index) => agentPart(app, agent, index === 0));
  return h("div", {}, h("p", { class: "hint" }, words.agentsIntro), ...agents);
}

/**
 * @param {App} app
 * @param {string} agent
 * @param {boolean} open
 */
function agentPart(app, agent, open) {
  const key = (/** @type {string} */ name) => `agents.${agent}.${name}`;
  const instruction = instructionField(app, agent, key("config.instruction"));
  const model = modelField(app, key("model"));
  const numbers = Object.entries(NUMBERS).map(
    ([name, face]) => new SettingField(app, key(name), { ...face, control: numberInput() }),
  );
  const facts = h("span", { class: "hint" });
  const names = ["config.instruction", "model", ...Object.keys(NUMBERS)].map(key);
  const reset = button(words.resetAgent(agent), () => void pending(reset, all, (e) => app.sayProblem(e)), {
    kind: "small quiet",
  });
  const all = () => app.config.reset(names.filter((name) => app.config.find(name)?.layer === "user"));
  app.config.reply.watch((reply) => {
    const of = (/** @type {string} */ name) => app.config.find(key(name))?.value;
    facts.textContent = reply
      ? `${reveal(of("model") ?? words.runsModel)} · ${of("temperature") ?? "–"}`
      : "";
    show(reset, Boolean(reply?.may_change) && names.some((name) => app.config.find(name)?.layer === "user"));
  });
  return h(
    "details",
    { class: "agent-settings", "data-agent": agent, open, name: "agent-settings" },
    h("summary", {}, h("span", { class: "agent-mark" }, agentIcon(agent)), h("strong", {}, agent), facts),
    h(
      "div",
      { class: "agent-fields" },
      instruction.element,
      model.element,
      ...numbers.map(({ element }) => element),
      reset,
    ),
  );
}

/**
 * @param {App} app
 * @param {string} key
 */
function modelField(app, key) {
  const control = h("select", {});
  const field = new SettingField(app, key, { label: words.model, control });
  app.providers.list.watch((providers) =>
    field.offering((chosen) =>
      control.replaceChildren(
        h("option", { value: "" }, words.runsModel),
        ...modelGroups(providers ?? [], chosen),
      ),
    ),
  );
  return field;
}

/**
 * @param {App} app
 * @param {string} agent
 * @param {string} key
 */
function instructionField(app, agent, key) {
  return new SettingField(app, key, {
    label: words.instruction,
    hint: agent === "code_generator" ? words.instructionNeeded : words.instructionHint,
    control: h("textarea", { rows: 7, maxlength: MAX_INSTRUCTION, spellcheck: "false" }),
    byButton: true,
  });
}
