// @ts-check
import { h } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { strings } from "../strings.js";
import { Field, offerOptions } from "./field.js";

/**
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 * @typedef {import("../types.js").ModelInfo} ModelInfo
 */

const words = strings.composer;
const AUTOMATIC = { value: "", label: strings.automatic };

/** Two selects: a provider, and the models that it offers. */
export class ModelPicker {
  /** @type {ProviderInfo[]} */
  #providers = [];
  #automatic;
  #changed;

  /**
   * @param {{ automatic: boolean, changed?: () => void }} options automatic: the program may choose
   */
  constructor({ automatic, changed = () => undefined }) {
    this.#automatic = automatic;
    this.#changed = changed;
    this.provider = new Field(words.provider, h("select", { onchange: () => this.#onProvider() }));
    this.model = new Field(words.model, h("select", { onchange: () => this.#changed() }));
  }

  get value() {
    return { provider: this.provider.control.value, model: this.model.control.value };
  }

  /**
   * @param {ProviderInfo[]} providers
   * @param {{ provider: string, model: string }} [chosen]
   */
  offer(providers, chosen = this.value) {
    this.#providers = providers;
    const options = providers.map((p) => ({ value: p.id, label: providerLabel(p) }));
    offerOptions(this.provider.control, this.#automatic ? [AUTOMATIC, ...options] : options, chosen.provider);
    this.#offerModels(chosen.model);
  }

  #onProvider() {
    this.#offerModels("");
    this.#changed();
  }

  /** @param {string} chosen */
  #offerModels(chosen) {
    const provider = this.#providers.find((p) => p.id === this.provider.control.value);
    const options = (provider?.models ?? []).map((m) => ({ value: m.name, label: modelLabel(m) }));
    // A model that is asked for by name need not be on the list.
    if (provider && chosen && !options.some((o) => o.value === chosen))
      options.unshift({ value: chosen, label: reveal(chosen) });
    offerOptions(
      this.model.control,
      this.#automatic || !options.length ? [AUTOMATIC, ...options] : options,
      chosen,
    );
    this.provider.setHint(provider && provider.state !== "ready" ? reveal(provider.detail) : "");
  }
}

/** @param {ProviderInfo} provider */
function providerLabel(provider) {
  const state = provider.state === "ready" ? "" : ` (${stateWords(provider.state)})`;
  return reveal(provider.title) + state;
}

/** @param {string} state */
export function stateWords(state) {
  return /** @type {Record<string, string>} */ (strings.settings.states)[state] ?? state;
}

/** @param {ModelInfo} model */
function modelLabel(model) {
  const facts = [model.size_bytes ? size(model.size_bytes) : "", model.installed ? "" : words.notInstalled];
  const said = facts.filter(Boolean).join(", ");
  return reveal(model.name) + (said ? ` (${said})` : "");
}
