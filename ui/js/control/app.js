// @ts-check
import { openKeeping, sendKept } from "../helpers/keeping.js";
import { CHECK_HASH, REPLAY_HASH, hashOf, sessionInHash, tokenInHash } from "../helpers/route.js";
import { Value } from "../model/value.js";
import { Api } from "../net/api.js";
import { Live } from "../net/live.js";
import { Problem } from "../net/problem.js";
import { WindowBridge } from "../net/window_bridge.js";
import { readyWords } from "../render/pull_words.js";
import { strings } from "../strings.js";
import { Config } from "./config.js";
import { CurrentSession } from "./current.js";
import { ModelExam } from "./exams.js";
import { FileCheck } from "./file_check.js";
import { Forecasts } from "./forecasts.js";
import { FoundExamples } from "./found_examples.js";
import { Providers } from "./providers.js";
import { Pulls } from "./pulls.js";
import { Replay } from "./replay.js";
import { SessionList } from "./session_list.js";
import { SessionSearch } from "./session_search.js";
import { Steering } from "./steering.js";
import { fulfil } from "./window_wishes.js";

/**
 * @typedef {import("../types.js").RunRequest} RunRequest
 * @typedef {import("../types.js").Warning} Warning
 * @typedef {"starting" | "online" | "reconnecting" | "down"} Connection
 * @typedef {import("../types.js").Hit} Hit
 * @typedef {{ sessionId: string, hit: Hit }} Place
 * @typedef {{ place: import("../elements/on_demand.js").Place }} Inspected
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
  /** @type {ReturnType<typeof setTimeout> | undefined} until what was not kept is sent again */
  #keepTimer;

  constructor() {
    this.current = new CurrentSession(this.#api, () => this.#line());
    this.sessions = new SessionList(this.#api);
    this.search = new SessionSearch(this.#api);
    this.search.state.watch((found) => {
      if (Array.isArray(found)) this.sessions.see(found.map((each) => each.session));
    });
    this.steering = new Steering(this.#api, this);
    this.replay = new Replay(this.#api, this.current);
    this.providers = new Providers(this.#api);
    this.found = new FoundExamples(this.#api);
    this.pulls = new Pulls(this.#api, (job) => this.#pulled(job));
    this.config = new Config(this.#api);
    this.forecast = new Forecasts(this.#api);
    this.fileCheck = new FileCheck(this.#api);
    /** Whether the page was let in just now: the server had not known before for whom it made the page. */
    this.cameIn = false;
    /** Whether it is known what was kept: choices and drafts. */
    this.keeping = new Value(false);
    /** @type {Value<string | null>} the session that the address names */
    this.route = new Value(/** @type {string | null} */ (null));
    /** Whether files are checked in place of the session, which stays as it is. */
    this.checking = new Value(false);
    /** Whether a capsule is replayed in place of a session, or asked for. */
    this.replaying = new Value(false);
    /** @type {Value<Place | null>} where in a session the reader wants to be taken */
    this.place = new Value(/** @type {Place | null} */ (null));
    /** @type {Value<Hit | null>} the file that is looked for in the artifact */
    this.lookedAt = new Value(/** @type {Hit | null} */ (null));
    /** @type {Value<string | null>} the session that an export is wanted of */
    this.exporting = new Value(/** @type {string | null} */ (null));
    /** @type {Value<Inspected | null>} the model calls that are to be shown */
    this.inspecting = new Value(/** @type {Inspected | null} */ (null));
    /** @type {Value<Connection>} */
    this.connection = new Value(/** @type {Connection} */ ("starting"));
    /** @type {Value<"open" | "missing" | "bad" | "ended">} whether the server lets this page in, or is there at all */
    this.entry = new Value(/** @type {"open" | "missing" | "bad" | "ended"} */ ("open"));
    /** @type {Value<Warning[]>} */
    this.warnings = new Value(/** @type {Warning[]} */ ([]));
    /** @type {Value<Notice | null>} */
    this.notice = new Value(/** @type {Notice | null} */ (null));
    /** @type {Value<"none" | "sessions" | "settings" | "shortcuts">} what lies over the page */
    this.panel = new Value(/** @type {"none" | "sessions" | "settings" | "shortcuts"} */ ("none"));
    /** The tab that the settings open at; see `openSettings`. */
    this.settingsTab = "";
    this.version = "";
    /** Whether the page may end the program, which has no window that could be closed. */
    this.mayQuit = false;
    this.window = new WindowBridge(this.#api, (wish) => fulfil(this, wish));
  }

  /** Come in with the token of the address, load everything, and stay connected. */
  async start() {
    addEventListener("hashchange", () => this.#onHash());
    this.cameIn = tokenInHash(location.hash) !== null;
    this.#entered = this.#enter();
    if (!(await this.#entered)) return;
    await this.#openKeeping();
    this.#readRoute();
    await this.#load();
  }

  /**
   * The exam of a model, for the element that shows it.
   * @param {string} provider
   * @param {string} model
   */
  exam(provider, model) {
    return new ModelExam(this.#api, provider, model);
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

  /** Show a place where one is asked for a capsule. */
  replayCapsule() {
    location.hash = REPLAY_HASH;
  }

  /**
   * A session as a file.
   * @param {string} id
   * @param {string} format
   */
  exported(id, format) {
    return this.#api.exported(id, format);
  }

  diagnostics() {
    return this.#api.diagnostics();
  }

  /** End the program, when it has what was written here. */
  async quit() {
    await sendKept();
    await this.#api.quit();
    this.#live?.end();
    this.entry.set("ended");
  }

  /**
   * Open a session at a place.
   * @param {Place} place
   */
  goTo(place) {
    this.go(place.sessionId);
    this.place.set(place);
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
   * The server gives the page in this language from the next load on. Raises Problem where it cannot be kept.
   * @param {string | null} language null: as the browser
   */
  chooseLanguage(language) {
    return this.#api.keepPreferences({ language });
  }

  /** @param {string} [tab] providers, models, agents, safety, appearance or about */
  openSettings(tab = "") {
    this.settingsTab = tab;
    this.panel.set("settings");
  }

  /**
   * Say something for a while.
   * @param {Notice} notice
   */
  say(notice) {
    this.notice.set(notice);
  }

  /**
   * @param {unknown} error what a request raised
   * @param {() => void} [again] what may help
   */
  sayProblem(error, again) {
    if (!(error instanceof Problem)) throw error;
    if (this.locksOut(error)) return;
    const text = [error.message, error.hint].filter(Boolean).join(" ");
    this.say({ text, bad: true, ...(again && { action: { label: strings.problem.retry, run: again } }) });
  }

  /**
   * Whether a failure means that the page is not let in any more; then the page says so.
   * @param {unknown} error what a request raised
   */
  locksOut(error) {
    if (!(error instanceof Problem)) throw error;
    const locked = error.status === 401;
    if (locked) this.entry.set("missing");
    return locked;
  }

  async #openKeeping() {
    try {
      const { values } = await this.#api.preferences();
      openKeeping(values, (changes) => this.#keep(changes));
    } catch (error) {
      this.sayProblem(error, () => void this.#openKeeping());
      return;
    }
    this.keeping.set(true);
  }

  /**
   * @param {Record<string, string | null>} changes
   * @returns {Promise<boolean>} whether that is settled: kept, or refused for good
   */
  async #keep(changes) {
    try {
      await this.#api.keepPreferences(changes);
      return true;
    } catch (error) {
      if (error instanceof Problem && (error.retryable || error.status === 429)) {
        this.#keepAfter(error.retryAfter);
        return false;
      }
      this.sayProblem(error);
      return true;
    }
  }

  /** @param {number | null} seconds as the server said; else with the next change or connection */
  #keepAfter(seconds) {
    clearTimeout(this.#keepTimer);
    if (seconds !== null) this.#keepTimer = setTimeout(() => void sendKept(), seconds * 1000);
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
    await Promise.all([this.sessions.refresh(), this.providers.refresh(), this.config.refresh()]);
    await this.pulls.refresh();
  }

  /**
   * A download has come to its end; the list of models has it now.
   * @param {import("../types.js").PullJob} job
   */
  #pulled(job) {
    void this.providers.refresh();
    if (job.state === "done") this.say({ text: readyWords(job) });
  }

  async #readStatus() {
    const status = await this.#api.status();
    this.version = status.version;
    this.mayQuit = status.may_quit;
    this.warnings.set(status.warnings);
    // Where that fails, the page does as in a browser until the next connection.
    if (status.window) void this.window.enter().catch((error) => this.locksOut(error));
  }

  async #onHash() {
    if (tokenInHash(location.hash)) {
      if (await this.#enter()) location.reload();
    } else if (await this.#entered) this.#readRoute();
  }

  #readRoute() {
    this.checking.set(location.hash === CHECK_HASH);
    const replays = location.hash === REPLAY_HASH;
    if (this.replaying.value && !replays) this.replay.leave();
    this.replaying.set(replays);
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
      changed: () => {
        this.sessions.refreshSoon();
        this.search.again();
      },
      warnings: (warnings) => this.warnings.set(warnings),
      pulls: (jobs) => this.pulls.hear(jobs),
      settings: () => void Promise.all([this.config.refresh(), this.providers.refresh()]),
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
    if (!this.keeping.value) void this.#openKeeping();
    if (!again) return;
    void sendKept();
    this.sessions.refreshSoon();
    void this.providers.refresh();
    void this.config.refresh();
    void this.pulls.refresh();
    await this.#readStatus().catch((error) => this.sayProblem(error));
  }

  async #lost() {
    if (this.connection.value === "online" || this.connection.value === "starting")
      this.connection.set("reconnecting");
    this.#downTimer ??= setTimeout(() => this.connection.set("down"), DOWN_AFTER_MS);
    await this.#api.status().catch((error) => this.locksOut(error));
  }
}
