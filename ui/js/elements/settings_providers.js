// @ts-check
import { h } from "../helpers/dom.js";
import { duration, sentence } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { Problem } from "../net/problem.js";
import { badge, button, pending } from "../render/controls.js";
import { stateWords } from "../render/model_picker.js";
import { problemBox } from "../render/problem_box.js";
import { serverWords } from "../render/server_words.js";
import { strings } from "../strings.js";
import { keyControls } from "./key_controls.js";
import { SettingField } from "./settings_field.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 * @typedef {import("../types.js").Trial} Trial
 */

const words = strings.config;
/** @type {Record<string, string>} */
const TONE = { ready: "good", no_key: "idle", not_ready: "doubtful", unknown: "idle" };
const OWN_SERVER = "openai_compatible";

/**
 * All providers: their state, key and address, and a real call to try them with.
 * @param {App} app
 */
export function providerSettings(app) {
  const list = h("div", { class: "provider-list" });
  /** @type {Map<string, HTMLElement>} what the last trial of each said, which outlives a new list */
  const trials = new Map();
  const address = ownAddress(app);
  const draw = () => {
    const providers = app.providers.list.value;
    const { problem } = app.providers;
    if (problem.value) list.replaceChildren(problemBox(problem.value, () => void app.providers.refresh()));
    // A form that is being filled in stays.
    else if (list.contains(document.activeElement) && document.activeElement?.matches("input")) return;
    else if (providers) list.replaceChildren(...providers.map((p) => providerRow(app, p, trials, address)));
    else list.replaceChildren(h("p", { class: "hint" }, strings.settings.loading));
  };
  app.providers.list.watch(draw);
  app.providers.problem.watch(draw);
  app.config.reply.watch(draw);
  return list;
}

/**
 * @param {App} app
 * @param {ProviderInfo} provider
 * @param {Map<string, HTMLElement>} trials
 * @param {HTMLElement} address of the user's own server
 */
function providerRow(app, provider, trials, address) {
  const said = trials.get(provider.id) ?? h("div", { class: "trial", role: "status" });
  trials.set(provider.id, said);
  const reply = app.config.reply.value;
  const test = button(words.test, () => void tryOut(app, provider, test, said), { kind: "small" });
  test.setAttribute("aria-label", words.testOf(reveal(provider.title)));
  test.disabled = !reply?.may_change;
  const addresses = reply?.addresses[provider.id] ?? [];
  // Where it is all about the key, the line with its controls says so.
  const onlyKey = provider.needs_key && (provider.state === "no_key" || provider.state === "ready");
  const facts = onlyKey ? [] : [provider.detail, provider.remedy].filter(Boolean);
  return h(
    "section",
    { class: "provider" },
    h(
      "div",
      { class: "provider-head" },
      h("h4", {}, reveal(provider.title)),
      badge(stateWords(provider.state), TONE[provider.state] ?? "idle"),
      test,
    ),
    ...facts.map((text) => serverWords(text, "p", "hint")),
    provider.id === OWN_SERVER ? address : addressLine(addresses),
    provider.key !== null && keyControls(app, provider),
    said,
  );
}

/** @param {string[]} addresses */
function addressLine(addresses) {
  return (
    addresses.length > 0 &&
    h(
      "p",
      { class: "hint provider-address" },
      `${words.address}: `,
      h("code", {}, reveal(addresses.join(", "))),
    )
  );
}

/** @param {App} app */
function ownAddress(app) {
  return new SettingField(app, `models.providers.${OWN_SERVER}.base_url`, {
    label: words.ownAddress,
    hint: words.ownAddressHint,
    control: h("input", { type: "url", class: "code-input", autocomplete: "off", spellcheck: "false" }),
  }).element;
}

/**
 * @param {App} app
 * @param {ProviderInfo} provider
 * @param {HTMLButtonElement} test
 * @param {HTMLElement} said
 */
async function tryOut(app, provider, test, said) {
  said.replaceChildren(h("p", { class: "hint" }, words.testing));
  const work = async () => {
    const trial = await app.config.test(provider.id);
    said.replaceChildren(trialResult(trial));
  };
  await pending(test, work, (error) => {
    if (!(error instanceof Problem)) throw error;
    said.replaceChildren();
    app.sayProblem(error);
  });
}

/** @param {Trial} trial */
function trialResult(trial) {
  if (trial.ok)
    return h("p", { "data-tone": "good" }, words.tested(reveal(trial.model), duration(trial.ms / 1000)));
  const cause = words.causes[/** @type {keyof typeof words.causes} */ (trial.cause)];
  return h(
    "p",
    { "data-tone": "bad" },
    h("strong", {}, `${cause}. `),
    [trial.message, sentence(trial.hint)].filter(Boolean).map(reveal).join(" "),
  );
}
