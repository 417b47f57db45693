// @ts-check
import { debounced } from "../helpers/timing.js";
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

const AGAIN_MS = 2000;

/** Providers with their models and keys. */
export class Providers {
  #api;
  #againSoon = debounced(() => void this.refresh(), AGAIN_MS);

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<ProviderInfo[] | null>} null: not loaded yet */
    this.list = new Value(/** @type {ProviderInfo[] | null} */ (null));
    /** @type {Value<Problem | null>} */
    this.problem = new Value(/** @type {Problem | null} */ (null));
  }

  /** @param {string} id */
  find(id) {
    return this.list.value?.find((provider) => provider.id === id) ?? null;
  }

  async refresh() {
    try {
      const { providers } = await this.#api.models();
      this.problem.set(null);
      this.list.set(providers);
      // Right after its start the server may answer before it has asked all of them.
      if (providers.some((provider) => provider.state === "unknown")) this.#againSoon();
    } catch (error) {
      this.problem.set(/** @type {Problem} */ (error));
    }
  }

  /**
   * @param {string} provider
   * @param {string} key
   */
  async setKey(provider, key) {
    await this.#api.setKey(provider, key);
    await this.refresh();
  }

  /** @param {string} provider */
  async deleteKey(provider) {
    await this.#api.deleteKey(provider);
    await this.refresh();
  }
}
