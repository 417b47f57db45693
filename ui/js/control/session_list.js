// @ts-check
import { debounced } from "../helpers/timing.js";
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

const SETTLE_MS = 120;
const UNDO_MS = 7000;

/** The list of sessions, with a delete that waits until it cannot be undone any more. */
export class SessionList {
  #api;
  #query = "";
  #asked = 0;
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #leaving = new Map();

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<SessionRow[] | null>} null: not loaded yet */
    this.rows = new Value(/** @type {SessionRow[] | null} */ (null));
    /** @type {Value<Problem | null>} */
    this.problem = new Value(/** @type {Problem | null} */ (null));
    /** Fetch again soon; many calls in a row make one request. */
    this.refreshSoon = debounced(() => void this.refresh(), SETTLE_MS);
  }

  get query() {
    return this.#query;
  }

  /** @param {string} text */
  search(text) {
    this.#query = text.trim();
    this.refreshSoon();
  }

  /**
   * @param {string | null} id
   * @returns {SessionRow | null}
   */
  find(id) {
    return this.rows.value?.find((row) => row.session_id === id) ?? null;
  }

  async refresh() {
    const asked = ++this.#asked;
    try {
      const { sessions } = await this.#api.sessions(this.#query);
      if (asked !== this.#asked) return;
      this.problem.set(null);
      this.rows.set(sessions.filter((row) => !this.#leaving.has(row.session_id)));
    } catch (error) {
      if (asked === this.#asked) this.problem.set(/** @type {Problem} */ (error));
    }
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  async rename(id, title) {
    await this.#api.rename(id, title);
    await this.refresh();
  }

  /**
   * Take a session off the list; it is deleted once the time to undo is over. Closing the page keeps it.
   * @param {string} id
   * @param {(problem: Problem) => void} failed
   * @returns {() => void} undo
   */
  remove(id, failed) {
    this.#leaving.set(
      id,
      setTimeout(() => void this.#removeNow(id, failed), UNDO_MS),
    );
    this.rows.set((this.rows.value ?? []).filter((row) => row.session_id !== id));
    return () => this.#bringBack(id);
  }

  /**
   * @param {string} id
   * @param {(problem: Problem) => void} failed
   */
  async #removeNow(id, failed) {
    try {
      await this.#api.remove(id);
    } catch (error) {
      failed(/** @type {Problem} */ (error));
    }
    this.#bringBack(id);
  }

  /** @param {string} id */
  #bringBack(id) {
    clearTimeout(this.#leaving.get(id));
    this.#leaving.delete(id);
    void this.refresh();
  }
}

export { UNDO_MS };
