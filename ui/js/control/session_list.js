// @ts-check
import { debounced } from "../helpers/timing.js";
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

const SETTLE_MS = 120;
/** Rows that are listed at first, and further ones at a time; the server lists no more than the last. */
const PAGE = 100;
const MOST = 1000;
const UNDO_MS = 7000;

/** The list of sessions, with a delete that waits until it cannot be undone any more. */
export class SessionList {
  #api;
  #limit = PAGE;
  #asked = 0;
  /** @type {Map<string, SessionRow>} */
  #seen = new Map();
  /** @type {Map<string, ReturnType<typeof setTimeout>>} */
  #leaving = new Map();

  /** @param {Api} api */
  constructor(api) {
    this.#api = api;
    /** @type {Value<SessionRow[] | null>} null: not loaded yet */
    this.rows = new Value(/** @type {SessionRow[] | null} */ (null));
    /** @type {Value<Problem | null>} */
    this.problem = new Value(/** @type {Problem | null} */ (null));
    /** @type {Value<"no" | "yes" | "search">} whether there are older ones; search: too many to be listed */
    this.older = new Value(/** @type {"no" | "yes" | "search"} */ ("no"));
    /** Fetch again soon; many calls in a row make one request. */
    this.refreshSoon = debounced(() => void this.refresh(), SETTLE_MS);
  }

  /** @param {string} id of a session that is deleted once the time to undo is over */
  isLeaving(id) {
    return this.#leaving.has(id);
  }

  /** List older sessions, too. */
  async showMore() {
    this.#limit = Math.min(MOST, this.#limit + PAGE);
    await this.refresh();
  }

  /**
   * @param {string | null} id
   * @returns {SessionRow | null}
   */
  find(id) {
    return this.rows.value?.find((row) => row.session_id === id) ?? this.#seen.get(id ?? "") ?? null;
  }

  /**
   * Remember sessions that were found but are older than what is listed.
   * @param {SessionRow[]} rows
   */
  see(rows) {
    for (const row of rows) this.#seen.set(row.session_id, row);
  }

  async refresh() {
    const asked = ++this.#asked;
    try {
      const { sessions } = await this.#api.sessions(this.#limit);
      if (asked !== this.#asked) return;
      this.problem.set(null);
      const full = sessions.length === this.#limit;
      this.older.set(full ? (this.#limit < MOST ? "yes" : "search") : "no");
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
