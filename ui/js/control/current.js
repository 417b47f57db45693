// @ts-check
import { SessionLog } from "../model/session_log.js";
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/live.js").Live} Live
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {{ gate: string, key: string }} Choice  ids of a gate and of a version; both empty: none
 */

/** @type {Choice} */
const NOTHING_CHOSEN = { gate: "", key: "" };

/** The session on screen: its log, kept up to date, and what the user does to it. */
export class CurrentSession {
  #api;
  #live;
  /** @type {Map<string, Promise<SourceFile[]>>} */
  #artifacts = new Map();
  #asking = false;

  /**
   * @param {Api} api
   * @param {() => Live} live
   */
  constructor(api, live) {
    this.#api = api;
    this.#live = live;
    /** @type {Value<SessionLog | null>} */
    this.log = new Value(/** @type {SessionLog | null} */ (null));
    /** @type {Value<"none" | "loading" | "ready" | Problem>} */
    this.loading = new Value(/** @type {"none" | "loading" | "ready" | Problem} */ ("none"));
    /** @type {Value<Choice>} the version that is decided on instead of the one that a gate offers */
    this.chosen = new Value(NOTHING_CHOSEN);
  }

  get id() {
    return this.log.value?.sessionId ?? null;
  }

  /**
   * Show another session, or none.
   * @param {string | null} id
   */
  async open(id) {
    if (id === this.id && this.loading.value === "ready") return;
    if (this.id) this.#live().unfollow(this.id);
    this.#artifacts.clear();
    const log = id ? new SessionLog(id) : null;
    this.loading.set(log ? "loading" : "none");
    this.log.set(log);
    if (log) await this.#load(log);
  }

  /** Ask for what was missed; after each connect. */
  catchUp() {
    const log = this.log.value;
    if (log && this.loading.value === "ready") this.#live().follow(log.sessionId, log.lastSeq);
  }

  /** @param {Envelope} event */
  receive(event) {
    const log = this.log.value;
    if (!log || this.loading.value !== "ready") return;
    const outcome = log.take(event);
    if (outcome === "taken") {
      this.#asking = false;
      this.log.touch();
    } else if (outcome === "gap" && !this.#asking) {
      this.#asking = true;
      this.catchUp();
    }
  }

  /**
   * The files of a version, fetched once.
   * @param {string} hash
   */
  files(hash) {
    const known = this.#artifacts.get(hash);
    if (known) return known;
    const files = this.#api.artifact(this.#required(), hash).then((artifact) => artifact.files);
    this.#artifacts.set(hash, files);
    files.catch(() => this.#artifacts.delete(hash));
    return files;
  }

  /**
   * Decide on another version than the one that the gate offers.
   * @param {Envelope} gate
   * @param {string} key of the version; empty: the one offered after all
   */
  choose(gate, key) {
    this.chosen.set({ gate: gate.data.gate_id, key });
  }

  /**
   * The version chosen at a gate; empty where none was.
   * @param {Envelope | null | undefined} gate
   */
  chosenAt(gate) {
    return gate && gate.data.gate_id === this.chosen.value.gate ? this.chosen.value.key : "";
  }

  /**
   * @param {Envelope} gate
   * @param {string} hash of the version that is decided on
   * @param {"approve" | "revise" | "reject"} decision
   * @param {{ feedback?: string, override?: boolean, confirmed?: string[] }} [more]
   */
  decide(gate, hash, decision, more = {}) {
    const { gate_id } = gate.data;
    return this.#api.approve({
      session_id: this.#required(),
      gate_id,
      artifact_hash: hash,
      decision,
      ...more,
    });
  }

  cancel() {
    return this.#api.cancel(this.#required());
  }

  resume() {
    return this.#api.resume(this.#required());
  }

  /**
   * @param {string} provider
   * @param {string} model
   */
  switchModel(provider, model) {
    return this.#api.switchModel(this.#required(), provider, model);
  }

  download() {
    return this.#api.files(this.#required());
  }

  /** Read the events anew from the last one known, e.g. after a refused decision. */
  async refresh() {
    const log = this.log.value;
    if (!log) return;
    await this.#read(log);
    this.catchUp();
  }

  /** @param {SessionLog} log */
  async #load(log) {
    try {
      await this.#read(log);
    } catch (error) {
      if (log === this.log.value) this.loading.set(/** @type {Problem} */ (error));
      return;
    }
    if (log !== this.log.value) return;
    this.loading.set("ready");
    this.catchUp();
  }

  /** @param {SessionLog} log */
  async #read(log) {
    for await (const events of this.#api.events(log.sessionId, log.lastSeq)) {
      if (log !== this.log.value) return;
      events.forEach((event) => log.take(event));
    }
    this.log.touch();
  }

  #required() {
    if (!this.id) throw new Error("no session is open");
    return this.id;
  }
}
