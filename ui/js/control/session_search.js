// @ts-check
import { debounced } from "../helpers/timing.js";
import { Value } from "../model/value.js";
import { Problem } from "../net/problem.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../types.js").Found} Found
 * @typedef {"none" | "searching" | Found[] | Problem} SearchState
 */

const SETTLE_MS = 150;
/** After which is asked again where not everything was indexed yet. */
const AGAIN_MS = 2000;

/** Searches all sessions as the user types; only the answer to the newest question counts. */
export class SessionSearch {
  #api;
  #asking = new AbortController();
  /** The last answer, as text. */
  #answer = "";

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    this.query = "";
    /** Whether everything was looked through; a large database of an older program is indexed for a while. */
    this.complete = true;
    /** @type {Value<SearchState>} */
    this.state = new Value(/** @type {SearchState} */ ("none"));
    this.#soon = debounced(() => void this.#ask(), SETTLE_MS);
  }

  #soon;

  /** @param {string} text */
  search(text) {
    const query = text.trim();
    if (query === this.query) return;
    this.query = query;
    this.#asking.abort();
    if (!query) this.state.set("none");
    else {
      if (!Array.isArray(this.state.value)) this.state.set("searching");
      this.#soon();
    }
  }

  /** Ask again, e.g. after a failure or when a session was changed. */
  again() {
    if (this.query) this.#soon();
  }

  async #ask() {
    const { query } = this;
    if (!query) return;
    this.#asking.abort();
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    try {
      const { found, complete } = await this.#api.search(query, signal);
      if (signal.aborted) return;
      this.#take(found, complete);
      if (!complete) setTimeout(() => !signal.aborted && this.again(), AGAIN_MS);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.state.set(error);
    }
  }

  /**
   * The same answer as before is no news.
   * @param {Found[]} found
   * @param {boolean} complete
   */
  #take(found, complete) {
    const answer = JSON.stringify([this.query, complete, found]);
    if (Array.isArray(this.state.value) && answer === this.#answer) return;
    this.#answer = answer;
    this.complete = complete;
    this.state.set(found);
  }
}
