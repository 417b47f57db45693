// @ts-check
import { nextMove, nextStep, stepsOf } from "../model/replaying.js";
import { SessionLog } from "../model/session_log.js";
import { Value } from "../model/value.js";
import { Problem } from "../net/problem.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../types.js").Capsule} Capsule
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("./current.js").CurrentSession} CurrentSession
 * @typedef {"none" | "opening" | "ready" | Problem} ReplayState
 */

/** Shows a capsule in place of a session: the same log, told event by event, from a file. */
export class Replay {
  #api;
  #current;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #telling = 0;
  /** @type {number[]} */
  #steps = [];
  /** @type {Map<string, SourceFile[]>} */
  #files = new Map();

  /**
   * @param {Api} api
   * @param {CurrentSession} current
   */
  constructor(api, current) {
    this.#api = api;
    this.#current = current;
    /** @type {Capsule | null} */
    this.capsule = null;
    /** @type {Value<ReplayState>} */
    this.state = new Value(/** @type {ReplayState} */ ("none"));
    /** Number of events that are shown. */
    this.at = new Value(0);
    this.playing = new Value(false);
    this.speed = 1;
  }

  get length() {
    return this.capsule?.events.length ?? 0;
  }

  /** @param {Blob} file */
  async open(file) {
    this.leave();
    this.state.set("opening");
    try {
      this.capsule = await this.#api.replay(file);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.state.set(error);
      return;
    }
    this.#steps = stepsOf(this.capsule.events);
    this.#files = new Map(this.capsule.versions.map(({ artifact_hash: hash, files }) => [hash, files]));
    this.#begin();
    this.state.set("ready");
    this.seek(this.length);
  }

  /** Forget the capsule. */
  leave() {
    this.pause();
    if (this.capsule) void this.#current.open(null);
    this.capsule = null;
    this.at.set(0);
    this.state.set("none");
  }

  /** From the beginning where all was shown. */
  play() {
    if (this.at.value >= this.length) this.seek(0);
    this.playing.set(true);
    this.#goOn();
  }

  pause() {
    clearTimeout(this.#timer);
    this.playing.set(false);
  }

  /** @param {1 | -1} direction */
  step(direction) {
    this.pause();
    this.seek(nextStep(this.#steps, this.at.value, direction));
  }

  /**
   * Show the first events, this many; going back begins anew.
   * @param {number} at
   */
  seek(at) {
    const { capsule } = this;
    if (!capsule) return;
    if (at < this.at.value) this.#begin();
    const log = this.#current.log.value;
    if (!log) return;
    for (const event of capsule.events.slice(log.lastSeq, at))
      log.take({ ...event, session_id: log.sessionId });
    this.#current.log.touch();
    this.at.set(at);
  }

  #goOn() {
    const { capsule } = this;
    if (!capsule || this.at.value >= this.length) {
      this.pause();
      return;
    }
    const { to, wait } = nextMove(capsule.events, this.at.value, this.speed);
    this.#timer = setTimeout(() => {
      this.seek(to);
      if (this.playing.value) this.#goOn();
    }, wait);
  }

  /** With a name of its own: what is on the page of another telling must go. */
  #begin() {
    this.#telling += 1;
    this.#current.show(new SessionLog(`replay-${this.#telling}`), async (hash) => {
      const files = this.#files.get(hash);
      if (files) return files;
      throw new Problem(
        { kind: "not_found", message: strings.replay.notInIt, hint: "", retryable: false },
        404,
      );
    });
  }
}
