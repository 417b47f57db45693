// @ts-check
import { debounced } from "../helpers/timing.js";
import { MAX_REQUIREMENTS, MIN_REQUIREMENTS } from "../model/draft.js";
import { Value } from "../model/value.js";
import { Problem } from "../net/problem.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../types.js").FoundExample} FoundExample
 */

const SETTLE_MS = 400;

/** The examples in the requirements that are being written. A failure shows none: the run finds them anyway. */
export class FoundExamples {
  #api;
  #requirements = "";
  #language = "";
  #asking = new AbortController();
  #askSoon = debounced(() => void this.#ask(), SETTLE_MS);

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<FoundExample[]>} */
    this.list = new Value(/** @type {FoundExample[]} */ ([]));
  }

  /**
   * Look soon; what was asked before is given up.
   * @param {string} requirements
   * @param {string} language
   */
  look(requirements, language) {
    const text = requirements.trim();
    if (text === this.#requirements && language === this.#language) return;
    this.#requirements = text;
    this.#language = language;
    this.#asking.abort();
    this.#askSoon();
  }

  async #ask() {
    const { length } = this.#requirements;
    if (length < MIN_REQUIREMENTS || length > MAX_REQUIREMENTS) {
      this.list.set([]);
      return;
    }
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const { examples } = await this.#api.examples(this.#requirements, this.#language, signal);
      if (!signal.aborted) this.list.set(examples);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.list.set([]);
    }
  }
}
