// @ts-check
import { fold } from "./projection.js";

/**
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").RunView} RunView
 */

/** The log of one session as far as it was received: its fold, and the number of its last event. */
export class SessionLog {
  /** @param {string} sessionId */
  constructor(sessionId) {
    this.sessionId = sessionId;
    this.lastSeq = 0;
    /** @type {Map<string, RunView>} */
    this.runs = new Map();
  }

  /** @returns {RunView | null} */
  get newest() {
    return [...this.runs.values()].at(-1) ?? null;
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
