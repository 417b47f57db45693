// @ts-check
import { fold } from "./projection.js";

/**
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {{ events: Envelope[], first: number, last: number }} Section  of a log, see GET /api/sessions/ID/log
 */

/**
 * The log of one session as far as it was received: its fold, and the numbers of the events it stands for.
 * It is read from its end backwards in sections, and then goes on with each event that comes.
 */
export class SessionLog {
  /** @type {Envelope[]} what the fold is made of, while older sections may change it */
  #events = [];

  /** @param {string} sessionId */
  constructor(sessionId) {
    this.sessionId = sessionId;
    /** Number of the first event that is known with all its turn said; 1: nothing is missing. */
    this.first = 1;
    this.lastSeq = 0;
    /** @type {Map<string, RunView>} */
    this.runs = new Map();
  }

  /** @returns {RunView | null} */
  get newest() {
    return [...this.runs.values()].at(-1) ?? null;
  }

  /** Whether no older section is to come. */
  get whole() {
    return this.first === 1;
  }

  /**
   * Take the log's last section, or the one before what is known. Its spine stands for what is older still,
   * and is replaced by the section that tells it all.
   * @param {Section} section
   */
  takeSection({ events, first, last }) {
    this.#events = [...events, ...this.#events.filter((event) => event.seq >= this.first)];
    if (this.lastSeq === 0) this.lastSeq = last;
    this.first = first;
    this.runs = fold(this.#events);
    if (this.whole) this.#events = [];
  }

  /**
   * Take one event. One that was taken before changes nothing; one that is ahead of its turn is refused,
   * since the events between must be asked for first.
   * @param {Envelope} event
   * @returns {"taken" | "known" | "gap"}
   */
  take(event) {
    if (event.session_id !== this.sessionId || event.seq <= this.lastSeq) return "known";
    if (event.seq > this.lastSeq + 1) return "gap";
    fold([event], this.runs);
    this.lastSeq = event.seq;
    return "taken";
  }
}
