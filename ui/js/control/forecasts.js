// @ts-check
import { debounced } from "../helpers/timing.js";
import { Value } from "../model/value.js";
import { Problem } from "../net/problem.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../types.js").Forecast} Forecast
 */

const SETTLE_MS = 500;

/** What the run that is being written would take. Nothing where it cannot be told. */
export class Forecasts {
  #api;
  #asked = "";
  /** @type {Record<string, string>} */
  #wanted = {};
  #asking = new AbortController();
  #askSoon = debounced(() => void this.#ask(), SETTLE_MS);

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<Forecast | null>} */
    this.now = new Value(/** @type {Forecast | null} */ (null));
  }

  /**
   * Ask soon; what was asked before is given up.
   * @param {Record<string, string>} wanted
   */
  look(wanted) {
    const asked = JSON.stringify(wanted);
    if (asked === this.#asked) return;
    this.#asked = asked;
    this.#wanted = wanted;
    this.#asking.abort();
    this.#askSoon();
  }

  async #ask() {
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const forecast = await this.#api.forecast(this.#wanted, signal);
      if (!signal.aborted) this.now.set(forecast);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.now.set(null);
    }
  }
}
