// @ts-check
import { Value } from "../model/value.js";
import { Problem } from "../net/problem.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../types.js").ConfigReply} ConfigReply
 */

/** The settings of the program, as they count for the next run. */
export class Config {
  #api;

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<ConfigReply | null>} null: not loaded yet */
    this.reply = new Value(/** @type {ConfigReply | null} */ (null));
    /** @type {Value<Problem | null>} why they could not be loaded */
    this.problem = new Value(/** @type {Problem | null} */ (null));
  }

  /** @param {string} key */
  find(key) {
    return this.reply.value?.settings.find((setting) => setting.key === key) ?? null;
  }

  async refresh() {
    try {
      const reply = await this.#api.config();
      this.problem.set(null);
      this.reply.set(reply);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.problem.set(error);
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  async change(key, value) {
    this.reply.set(await this.#api.changeConfig({ [key]: value }, []));
  }

  /**
   * Take the program's own values again.
   * @param {string[]} keys
   */
  async reset(keys) {
    this.reply.set(await this.#api.changeConfig({}, keys));
  }

  /**
   * Ask a provider's model for one word.
   * @param {string} provider
   */
  test(provider) {
    return this.#api.testProvider(provider);
  }
}
