// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { button, pending } from "../render/controls.js";
import { strings } from "../strings.js";
import { SettingField, isFixed, numberInput } from "./settings_field.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.config;
const KEY = "code_safety_enabled";

/**
 * The safety checks, the bounds of the sandbox and the budget of a run.
 * @param {App} app
 */
export function safetySettings(app) {
  const number = (/** @type {string} */ key, /** @type {string} */ label) =>
    new SettingField(app, key, { label, control: numberInput() }).element;
  const candidates = new SettingField(app, "run.candidates", {
    label: words.candidates,
    hint: words.candidatesHint,
    control: h("input", { type: "text", autocomplete: "off", spellcheck: "false" }),
  });
  return h(
    "div",
    { class: "settings-groups" },
    safetySwitch(app),
    group(
      words.sandbox,
      "",
      number("sandbox.seconds", words.seconds),
      number("sandbox.memory_mb", words.memory),
    ),
    group(
      words.budget,
      words.budgetHint,
      number("run.max_iterations", words.rounds),
      number("run.max_tokens", words.tokens),
      number("run.max_seconds", words.workSeconds),
      candidates.element,
      number("run.drawing_seconds", words.drawing),
    ),
  );
}

/**
 * @param {string} title
 * @param {string} hint
 * @param {HTMLElement[]} fields
 */
function group(title, hint, ...fields) {
  return h(
    "fieldset",
    { class: "settings-group" },
    h("legend", {}, title),
    hint && h("p", { class: "hint" }, hint),
    h("div", { class: "settings-grid" }, ...fields),
  );
}

/**
 * Switching off is asked about, with what follows from it; switching on is not.
 * @param {App} app
 */
function safetySwitch(app) {
  const id = `safety-${nextId()}`;
  const box = h("input", {
    type: "checkbox",
    role: "switch",
    "aria-describedby": id,
    onchange: () => asked(),
  });
  const said = h("p", { class: "hint", id });
  const source = h("p", { class: "setting-note" });
  const off = button(words.safetyDo, () => void change(false), { kind: "danger small" });
  const stay = button(words.cancel, () => follow(), { kind: "small quiet" });
  const ask = h(
    "div",
    { class: "safety-ask", role: "alertdialog", "aria-label": words.safetyAsk, hidden: true },
    h("p", {}, h("strong", {}, words.safetyAsk), " ", words.safetyOff),
    h("div", { class: "setting-actions" }, off, stay),
  );
  const follow = () => {
    const setting = app.config.find(KEY);
    if (!setting) return;
    box.checked = setting.value;
    box.disabled = !app.config.reply.value?.may_change || isFixed(setting);
    said.textContent = setting.value ? words.safetyOn : words.safetyOff;
    source.textContent = isFixed(setting) ? `${words.from.environment} ${setting.source}` : "";
    show(ask, false);
  };
  const change = async (/** @type {boolean} */ on) => {
    await pending(
      off,
      () => app.config.change(KEY, on),
      (error) => app.sayProblem(error),
    );
    follow();
    box.focus();
  };
  const asked = () => {
    if (box.checked) {
      void change(true);
      return;
    }
    box.checked = true;
    show(ask, true);
    off.focus();
  };
  app.config.reply.watch(follow);
  return h(
    "div",
    { class: "safety-switch" },
    h("label", { class: "choice" }, box, h("strong", {}, words.safety)),
    said,
    source,
    ask,
  );
}
