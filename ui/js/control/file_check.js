// @ts-check
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/api.js").Source} Source
 * @typedef {{ files: Source[], reply: import("../types.js").CheckReply }} Outcome  files: as they were checked
 */

/** Checks files without a session. A check that was given up, or followed by another, changes nothing. */
export class FileCheck {
  #api;
  #asking = new AbortController();

  /** @param {Pick<Api, "check" | "checkAsSarif">} api */
  constructor(api) {
    this.#api = api;
    /** How many files are being checked; 0: none. */
    this.running = new Value(0);
    /** @type {Value<Outcome | null>} of the last check that came to its end */
    this.outcome = new Value(/** @type {Outcome | null} */ (null));
  }

  /**
   * @param {Source[]} files
   * @throws {import("../net/problem.js").Problem}
   */
  async check(files) {
    this.abandon();
    const asking = new AbortController();
    this.#asking = asking;
    this.running.set(files.length);
    try {
      const reply = await this.#api.check(files, asking.signal);
      if (!asking.signal.aborted) this.outcome.set({ files, reply });
    } catch (error) {
      if (!asking.signal.aborted) throw error;
    } finally {
      if (!asking.signal.aborted) this.running.set(0);
    }
  }

  /** Give up the check that is under way, if there is one. */
  abandon() {
    this.#asking.abort();
    this.running.set(0);
  }

  /** The findings of exactly the files that the outcome speaks of. */
  sarif() {
    return this.#api.checkAsSarif(this.outcome.value?.files ?? []);
  }
}
