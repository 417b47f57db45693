// @ts-check
import { Value } from "../model/value.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("../net/api.js").Api} Api
 *
 * @typedef {object} Step  what the user wants, before it is confirmed
 * @property {"fork" | "rewind"} kind
 * @property {string} sessionId
 * @property {string} runId
 * @property {number} turn
 * @property {number[]} [dropped]
 * @property {"thenWaits" | "thenGoesOn" | "thenIsOver"} [then]
 */

/** Forking and rewinding; the dialog follows `step`. */
export class Steering {
  #api;
  #app;

  /**
   * @param {Api} api
   * @param {App} app
   */
  constructor(api, app) {
    this.#api = api;
    this.#app = app;
    /** @type {Value<Step | null>} */
    this.step = new Value(/** @type {Step | null} */ (null));
  }

  /**
   * Ask to fork a session where its newest run stands.
   * @param {string} sessionId
   */
  async forkSession(sessionId) {
    const { run } = await this.#api.standing(sessionId);
    if (run.turn < 1) this.#app.say({ text: strings.steering.nothingYet, bad: true });
    else this.step.set({ kind: "fork", sessionId, runId: run.run_id, turn: run.turn });
  }

  /**
   * @param {Step} step
   * @param {string} title of a new session
   */
  async take(step, title) {
    const { sessionId, turn } = step;
    if (step.kind === "rewind") {
      await this.#api.rewind(sessionId, turn);
      await this.#app.current.refresh();
      this.#app.say({ text: strings.steering.rewound(turn) });
      return;
    }
    const forked = await this.#api.fork(sessionId, { run_id: step.runId, turn, title });
    this.#app.sessions.refreshSoon();
    this.#app.go(forked.session_id);
    this.#app.say({ text: strings.steering.forked });
  }
}
