// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button, pending } from "../render/controls.js";
import { Field } from "../render/field.js";
import { Problem } from "../net/problem.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

const words = strings.settings;

/**
 * Whether a key is set, and ways to set, replace or delete it. A key is sent once and never shown.
 * @param {App} app
 * @param {ProviderInfo} provider
 */
export function keyControls(app, provider) {
  const { key } = provider;
  const isSet = key?.set ?? false;
  const edit = button(isSet ? words.replaceKey : words.setKey, () => open(), { kind: "small" });
  const remove = button(words.deleteKey, () => void pending(remove, drop, app.sayProblem.bind(app)), {
    kind: "small quiet",
  });
  for (const control of [edit, remove])
    control.setAttribute("aria-label", `${control.textContent} – ${provider.title}`);
  const removable = isSet && key?.source !== "environment";
  const controls = mayChange(app) ? [edit, removable && remove] : [];
  const line = h("div", { class: "key-line" }, h("span", { class: "hint" }, faceOf(provider)), ...controls);
  const lost = key?.source === "memory" && h("p", { class: "hint" }, words.keyInMemory(reveal(key.variable)));
  const face = lost ? [line, lost] : [line];
  const element = h("div", { class: "key" }, ...face);

  const drop = () => app.providers.deleteKey(provider.id);
  const open = () => {
    const form = keyForm(app, provider, () => element.replaceChildren(...face));
    element.replaceChildren(form);
    form.querySelector("input")?.focus();
  };
  return element;
}

/** @param {App} app */
function mayChange(app) {
  return app.config.reply.value?.may_change ?? true;
}

/** @param {ProviderInfo} provider */
function faceOf({ key }) {
  return key?.set ? words.keySet(key.last4 ?? "", key.source ?? "") : words.keyMissing;
}

/**
 * @param {App} app
 * @param {ProviderInfo} provider
 * @param {() => void} done
 */
function keyForm(app, provider, done) {
  const input = h("input", { type: "password", autocomplete: "off", spellcheck: "false", maxlength: 4000 });
  const field = new Field(words.keyFor(provider.title), input);
  const failed = (/** @type {unknown} */ error) => {
    if (!(error instanceof Problem)) throw error;
    if (!app.locksOut(error)) field.setProblem([error.message, error.hint].filter(Boolean).join(" "));
  };
  const store = async () => {
    const key = input.value.trim();
    if (!key) return;
    input.blur();
    await app.providers.setKey(provider.id, key);
    done();
  };
  const save = button(words.saveKey, () => void pending(save, store, failed), { kind: "primary small" });
  const form = h(
    "form",
    { class: "key-form" },
    field.field,
    save,
    button(words.cancel, done, { kind: "small quiet" }),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save.click();
  });
  return form;
}
