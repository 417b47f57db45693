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
/** Turns that are read first, so that the end is there at once; and at a time after that. */
const END_TURNS = 8;
const MORE_TURNS = 100;
const PIECES = ["message.delta", "reasoning.delta"];

/** The session on screen: its log, kept up to date, and what the user does to it. */
export class CurrentSession {
  #api;
  #live;
  /** @type {Map<string, Promise<SourceFile[]>>} */
  #artifacts = new Map();
  #asking = false;
  /** @type {((hash: string) => Promise<SourceFile[]>) | null} files of a log that is no session of the server's */
  #own = null;
  /** Type of the event that was taken last. */
  #lastTaken = "";

  /**
   * @param {Api} api
   * @param {() => Live} live
   */
  constructor(api, live) {
    this.#api = api;
    this.#live = live;
    /** @type {Value<SessionLog | null>} readers are told of all that happens but further pieces of a text */
    this.log = new Value(/** @type {SessionLog | null} */ (null));
    /** @type {Value<SessionLog | null>} the same log; readers are told of further pieces, and while it is read */
    this.growing = new Value(/** @type {SessionLog | null} */ (null));
    /** @type {Value<"none" | "loading" | "ready" | Problem>} */
    this.loading = new Value(/** @type {"none" | "loading" | "ready" | Problem} */ ("none"));
    /** @type {Value<Choice>} the version that is decided on instead of the one that a gate offers */
    this.chosen = new Value(NOTHING_CHOSEN);
  }

  /** Whether nothing can be done to what is shown. */
  get readOnly() {
    return this.#own !== null;
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
    this.#lastTaken = "";
    this.#own = null;
    this.loading.set(log ? "loading" : "none");
    this.growing.set(log);
    this.log.set(log);
    if (log) await this.#load(log);
  }

  /**
   * Show a log that is no session of the server's; the caller goes on telling it.
   * @param {SessionLog} log
   * @param {(hash: string) => Promise<SourceFile[]>} files  of a version
   */
  show(log, files) {
    if (this.id && !this.#own) this.#live().unfollow(this.id);
    this.#artifacts.clear();
    this.#own = files;
    this.loading.set("ready");
    this.growing.set(log);
    this.log.set(log);
  }

  /** Ask for what was missed; after each connect. */
  catchUp() {
    const log = this.log.value;
    if (log && !this.#own && this.loading.value === "ready") this.#live().follow(log.sessionId, log.lastSeq);
  }

  /** @param {Envelope} event */
  receive(event) {
    const log = this.log.value;
    if (!log || this.loading.value !== "ready") return;
    const outcome = log.take(event);
    if (outcome === "taken") {
      this.#asking = false;
      const grows = event.type === this.#lastTaken && PIECES.includes(event.type);
      this.#lastTaken = event.type;
      (grows ? this.growing : this.log).touch();
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
    const files = this.#own
      ? this.#own(hash)
      : this.#api.artifact(this.#required(), hash).then((artifact) => artifact.files);
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

  /**
   * Propose a version of the user's own, made from one of the run's.
   * @param {Envelope} gate
   * @param {string} base hash of the version that was edited
   * @param {import("../model/edit_draft.js").Edit} edit
   */
  propose(gate, base, edit) {
    const files = Object.entries(edit.changed).map(([path, content]) => ({ path, content }));
    const { gate_id } = gate.data;
    return this.#api.propose(this.#required(), { gate_id, base_hash: base, files, removed: edit.removed });
  }

  /** The model calls of the session, without their texts. */
  calls() {
    return this.#api.calls(this.#required());
  }

  /** @param {number} number of a model call */
  call(number) {
    return this.#api.call(this.#required(), number);
  }

  /**
   * What a run like the one on screen takes on this machine.
   * @param {Record<string, string>} wanted
   */
  forecast(wanted) {
    return this.#api.forecast(wanted, new AbortController().signal);
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
    if (!log || this.#own || this.loading.value !== "ready") return;
    for await (const events of this.#api.events(log.sessionId, log.lastSeq)) {
      if (log !== this.log.value) return;
      events.forEach((event) => log.take(event));
    }
    this.log.touch();
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
    this.log.touch();
    this.catchUp();
  }

  /**
   * From its end backwards; what is there is shown meanwhile.
   * @param {SessionLog} log
   */
  async #read(log) {
    log.takeSection(await this.#api.log(log.sessionId, { turns: END_TURNS }));
    while (!log.whole && log === this.log.value) {
      this.growing.touch();
      log.takeSection(await this.#api.log(log.sessionId, { turns: MORE_TURNS, before: log.first }));
    }
  }

  #required() {
    if (!this.id) throw new Error("no session is open");
    return this.id;
  }
}
