// @ts-check
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

/** Providers with their models and keys. */
export class Providers {
  #api;

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
