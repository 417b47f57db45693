// @ts-check
import { CHECK_HASH, hashOf, sessionInHash, tokenInHash } from "../helpers/route.js";
import { Value } from "../model/value.js";
import { Api } from "../net/api.js";
import { Live } from "../net/live.js";
import { Problem } from "../net/problem.js";
import { CurrentSession } from "./current.js";
import { FileCheck } from "./file_check.js";
import { FoundExamples } from "./found_examples.js";
import { Providers } from "./providers.js";
import { SessionList } from "./session_list.js";

/**
 * @typedef {import("../types.js").RunRequest} RunRequest
 * @typedef {import("../types.js").Warning} Warning
 * @typedef {"starting" | "online" | "reconnecting" | "down"} Connection
 * @typedef {{ text: string, action?: { label: string, run: () => void }, bad?: boolean, ms?: number }} Notice
 */

const DOWN_AFTER_MS = 8000;

/** What the elements share: the session on screen, the list, the providers, and the line to the server. */
export class App {
  #api = new Api();
  /** @type {Live | null} */
  #live = null;
  /** Whether the way in with a token has been tried; nothing is asked for before. */
  #entered = Promise.resolve(true);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #downTimer;

  constructor() {
    this.current = new CurrentSession(this.#api, () => this.#line());
    this.sessions = new SessionList(this.#api);
    this.providers = new Providers(this.#api);
    this.found = new FoundExamples(this.#api);
    this.fileCheck = new FileCheck(this.#api);
    /** @type {Value<string | null>} the session that the address names */
    this.route = new Value(/** @type {string | null} */ (null));
    /** Whether files are checked in place of the session, which stays as it is. */
    this.checking = new Value(false);
    /** @type {Value<Connection>} */
    this.connection = new Value(/** @type {Connection} */ ("starting"));
    /** @type {Value<"open" | "missing" | "bad">} whether the server lets this page in */
    this.entry = new Value(/** @type {"open" | "missing" | "bad"} */ ("open"));
    /** @type {Value<Warning[]>} */
    this.warnings = new Value(/** @type {Warning[]} */ ([]));
    /** @type {Value<Notice | null>} */
    this.notice = new Value(/** @type {Notice | null} */ (null));
    /** @type {Value<"none" | "sessions" | "settings">} what lies over the page */
    this.panel = new Value(/** @type {"none" | "sessions" | "settings"} */ ("none"));
    this.version = "";
  }

  /** Come in with the token of the address, load everything, and stay connected. */
  async start() {
    addEventListener("hashchange", () => this.#onHash());
    this.#entered = this.#enter();
    if (!(await this.#entered)) return;
    this.#readRoute();
    await this.#load();
  }

  /** @param {string | null} id */
  go(id) {
    location.hash = hashOf(id);
    if (this.route.value === id) this.route.touch();
  }

  /** Show the check of files; the session stays as it is behind it. */
  checkFiles() {
    location.hash = CHECK_HASH;
  }

  /**
   * Start a run, in a new session or as a follow-up, and show it.
   * @param {RunRequest} request
   */
  async generate(request) {
    const run = await this.#api.generate(request);
    this.sessions.refreshSoon();
    this.go(run.session_id);
    if (request.session_id) await this.current.refresh();
  }

  /**
   * Say something for a while.
   * @param {Notice} notice
   */
  say(notice) {
    this.notice.set(notice);
  }

  /** @param {unknown} error what a request raised */
  sayProblem(error) {
    if (!(error instanceof Problem)) throw error;
    if (!this.locksOut(error))
      this.say({ text: [error.message, error.hint].filter(Boolean).join(" "), bad: true });
  }

  /**
   * Whether a failure means that the page is not let in any more; then the page says so.
   * @param {unknown} error
   */
  locksOut(error) {
    const locked = error instanceof Problem && error.status === 401;
    if (locked) this.entry.set("missing");
    return locked;
  }

  async #enter() {
    const token = tokenInHash(location.hash);
    if (!token) return true;
    history.replaceState(null, "", hashOf(null));
    try {
      await this.#api.enter(token);
      this.entry.set("open");
      return true;
    } catch (error) {
      if (!(error instanceof Problem) || error.status === 0) this.sayProblem(error);
      else this.entry.set("bad");
      return false;
    }
  }

  async #load() {
    try {
      await this.#readStatus();
    } catch (error) {
      if (this.locksOut(error)) return;
      this.connection.set("down");
    }
    this.#line();
    await Promise.all([this.sessions.refresh(), this.providers.refresh()]);
  }

  async #readStatus() {
    const status = await this.#api.status();
    this.version = status.version;
    this.warnings.set(status.warnings);
  }

  async #onHash() {
    if (tokenInHash(location.hash)) {
      if (await this.#enter()) location.reload();
    } else if (await this.#entered) this.#readRoute();
  }

  #readRoute() {
    this.checking.set(location.hash === CHECK_HASH);
    if (this.checking.value) return;
    const id = sessionInHash(location.hash);
    this.route.set(id);
    void this.current.open(id);
  }

  #line() {
    this.#live ??= new Live({
      connected: () => void this.#connected(),
      lost: () => void this.#lost(),
      event: (event) => this.current.receive(event),
      changed: () => this.sessions.refreshSoon(),
      warnings: (warnings) => this.warnings.set(warnings),
    });
    return this.#live;
  }

  async #connected() {
    const again = this.connection.value !== "starting";
    clearTimeout(this.#downTimer);
    this.#downTimer = undefined;
    this.connection.set("online");
    this.entry.set("open");
    this.current.catchUp();
    if (!again) return;
    this.sessions.refreshSoon();
    void this.providers.refresh();
    await this.#readStatus().catch((error) => this.sayProblem(error));
  }

  async #lost() {
    if (this.connection.value === "online" || this.connection.value === "starting")
      this.connection.set("reconnecting");
    this.#downTimer ??= setTimeout(() => this.connection.set("down"), DOWN_AFTER_MS);
    await this.#api.status().catch((error) => this.locksOut(error));
  }
}
