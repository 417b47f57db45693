// @ts-check
import { answered, problemOf } from "./answers.js";

/**
 * @typedef {import("../types.js").SessionRow} SessionRow
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("../types.js").KeyStatus} KeyStatus
 * @typedef {import("../types.js").Warning} Warning
 * @typedef {{ path: string, content: string }} Source
 * @typedef {{ session_id: string, run_id: string }} RunRef
 * @typedef {{ session_id: string, gate_id: string, artifact_hash: string, decision: string, feedback?: string,
 *   override?: boolean, confirmed?: string[] }} Answer
 */

const PAGE = 1000;
/** Characters; each is three bytes at most. */
const MOST_LEAVING = 20_000;

/** The server's HTTP interface. Every method raises Problem. */
export class Api {
  /** @param {string} token */
  enter(token) {
    return this.#send("POST", "/api/token", { token });
  }

  /** @returns {Promise<{ version: string, agents: string, window: boolean, may_quit: boolean, code_safety_enabled: boolean, warnings: Warning[] }>} */
  status() {
    return this.#send("GET", "/api/status");
  }

  /** @returns {Promise<{ providers: ProviderInfo[] }>} */
  models() {
    return this.#send("GET", "/api/models");
  }

  /**
   * @param {number} limit
   * @returns {Promise<{ sessions: SessionRow[] }>}
   */
  sessions(limit) {
    return this.#send("GET", `/api/sessions?${new URLSearchParams({ limit: String(limit) })}`);
  }

  /**
   * Sessions that hold all the words, with the places where they stand.
   * @param {string} query
   * @param {AbortSignal} signal
   * @returns {Promise<{ found: import("../types.js").Found[], complete: boolean }>}
   */
  search(query, signal) {
    return this.#send("GET", `/api/search?${new URLSearchParams({ query })}`, undefined, signal);
  }

  /**
   * Committed events in order, page by page.
   * @param {string} id
   * @param {number} after
   * @returns {AsyncGenerator<Envelope[]>}
   */
  async *events(id, after) {
    for (;;) {
      const query = new URLSearchParams({ after: String(after), limit: String(PAGE) });
      const page = await this.#send("GET", `${session(id)}/events?${query}`);
      yield page.events;
      if (page.events.length === 0 || page.events.at(-1).seq >= page.last_seq) return;
      after = page.events.at(-1).seq;
    }
  }

  /**
   * The last turns of a session, or those before an event.
   * @param {string} id
   * @param {{ turns: number, before?: number }} asked
   * @returns {Promise<import("../model/session_log.js").Section>}
   */
  log(id, { turns, before }) {
    const query = new URLSearchParams({ turns: String(turns), ...(before && { before: String(before) }) });
    return this.#send("GET", `${session(id)}/log?${query}`);
  }

  /**
   * @param {string} id
   * @param {string} hash
   * @returns {Promise<{ files: SourceFile[] }>}
   */
  artifact(id, hash) {
    return this.#send("GET", `${session(id)}/artifacts/${encodeURIComponent(hash)}`);
  }

  /**
   * @param {import("../types.js").RunRequest} request
   * @returns {Promise<RunRef>}
   */
  generate(request) {
    return this.#send("POST", "/api/generate", request);
  }

  /**
   * The examples that requirements hold, as they would be run.
   * @param {string} requirements
   * @param {string} language
   * @param {AbortSignal} signal
   * @returns {Promise<{ examples: import("../types.js").FoundExample[] }>}
   */
  examples(requirements, language, signal) {
    return this.#send("POST", "/api/examples", { requirements, language }, signal);
  }

  /**
   * @param {Source[]} files
   * @param {AbortSignal} signal
   * @returns {Promise<import("../types.js").CheckReply>}
   */
  check(files, signal) {
    return this.#send("POST", "/api/check", { files }, signal);
  }

  /**
   * The same as a SARIF log.
   * @param {Source[]} files
   * @returns {Promise<object>}
   */
  checkAsSarif(files) {
    return this.#send("POST", "/api/check/sarif", { files });
  }

  /** @param {Answer} answer */
  approve(answer) {
    return this.#send("POST", "/api/approve", answer);
  }

  /**
   * @param {string} id
   * @param {{ gate_id: string, base_hash: string, files: Source[], removed: string[] }} version
   */
  propose(id, version) {
    return this.#send("POST", `${session(id)}/versions`, version);
  }

  /** @param {string} id */
  cancel(id) {
    return this.#send("POST", "/api/cancel", { session_id: id });
  }

  /** @param {string} id */
  resume(id) {
    return this.#send("POST", `${session(id)}/resume`, {});
  }

  /**
   * @param {string} id
   * @returns {Promise<{ run: { run_id: string, turn: number } }>}
   */
  standing(id) {
    return this.#send("GET", `/api/status/${encodeURIComponent(id)}`);
  }

  /**
   * @param {string} id
   * @param {{ run_id: string, turn: number, title: string }} from
   * @returns {Promise<RunRef>}
   */
  fork(id, from) {
    return this.#send("POST", `${session(id)}/fork`, from);
  }

  /**
   * @param {string} id
   * @param {number} turn
   * @returns {Promise<RunRef>}
   */
  rewind(id, turn) {
    return this.#send("POST", `${session(id)}/rewind`, { turn });
  }

  /**
   * A session as a file.
   * @param {string} id
   * @param {string} format
   * @returns {Promise<{ content: Blob, name: string }>}
   */
  exported(id, format) {
    return this.#file(`${session(id)}/export?${new URLSearchParams({ format })}`);
  }

  /** What is told others about this installation. */
  diagnostics() {
    return this.#file("/api/diagnostics");
  }

  /**
   * What a capsule holds, once every byte of it was verified.
   * @param {Blob} file
   * @returns {Promise<import("../types.js").Capsule>}
   */
  async replay(file) {
    const headers = { "content-type": "application/octet-stream" };
    return (await this.#fetched("/api/replay", { method: "POST", headers, body: file })).json();
  }

  /**
   * @param {string} id
   * @param {string} title
   */
  rename(id, title) {
    return this.#send("PATCH", session(id), { title });
  }

  /** @param {string} id */
  remove(id) {
    return this.#send("DELETE", session(id));
  }

  /**
   * @param {string} id
   * @param {string} provider
   * @param {string} model
   */
  switchModel(id, provider, model) {
    return this.#send("POST", `${session(id)}/model`, { provider, ...(model && { model }) });
  }

  /**
   * @param {string} provider
   * @param {string} key
   */
  setKey(provider, key) {
    return this.#send("PUT", `/api/keys/${encodeURIComponent(provider)}`, { key });
  }

  /**
   * How the exam of a model stands, and its last result.
   * @param {string} provider
   * @param {string} model
   * @returns {Promise<import("../model/exam.js").ExamReply>}
   */
  exam(provider, model) {
    return this.#send("GET", `/api/models/exam?${new URLSearchParams({ provider, model })}`);
  }

  /**
   * @param {string} provider
   * @param {string} model
   * @returns {Promise<import("../model/exam.js").ExamReply>}
   */
  startExam(provider, model) {
    return this.#send("POST", "/api/models/exam", { provider, model });
  }

  /**
   * @param {string} provider
   * @param {string} model
   * @returns {Promise<import("../model/exam.js").ExamReply>}
   */
  cancelExam(provider, model) {
    return this.#send("POST", "/api/models/exam/cancel", { provider, model });
  }

  /**
   * @param {string} provider
   * @param {string} model
   * @returns {Promise<{ trials: import("../model/exam.js").Trial[] }>}
   */
  examEvidence(provider, model) {
    return this.#send("GET", `/api/models/exam/evidence?${new URLSearchParams({ provider, model })}`);
  }

  /** @param {string} provider */
  deleteKey(provider) {
    return this.#send("DELETE", `/api/keys/${encodeURIComponent(provider)}`);
  }

  /** @returns {Promise<{ values: Record<string, string> }>} */
  preferences() {
    return this.#send("GET", "/api/preferences");
  }

  /**
   * Also while the page goes, if it is not much: browsers allow 64 KiB then.
   * @param {Record<string, string | null>} values
   */
  async keepPreferences(values) {
    const body = JSON.stringify({ values });
    const headers = { "content-type": "application/json" };
    await this.#fetched("/api/preferences", {
      method: "PUT",
      headers,
      body,
      keepalive: body.length < MOST_LEAVING,
    });
  }

  /** @returns {Promise<import("../types.js").ConfigReply>} */
  config() {
    return this.#send("GET", "/api/config");
  }

  /**
   * @param {Record<string, unknown>} values
   * @param {string[]} reset
   * @returns {Promise<import("../types.js").ConfigReply>}
   */
  changeConfig(values, reset) {
    return this.#send("PATCH", "/api/config", { values, reset });
  }

  /**
   * Ask a provider's model for one word.
   * @param {string} provider
   * @returns {Promise<import("../types.js").Trial>}
   */
  testProvider(provider) {
    return this.#send("POST", `/api/providers/${encodeURIComponent(provider)}/test`);
  }

  /**
   * What a run would take.
   * @param {Record<string, string>} asked
   * @param {AbortSignal} signal
   * @returns {Promise<import("../types.js").Forecast>}
   */
  forecast(asked, signal) {
    return this.#send("GET", `/api/forecast?${new URLSearchParams(asked)}`, undefined, signal);
  }

  /**
   * @param {string} id
   * @returns {Promise<{ calls: import("../types.js").ModelCall[] }>}
   */
  calls(id) {
    return this.#send("GET", `${session(id)}/calls`);
  }

  /**
   * @param {string} id
   * @param {number} number
   * @returns {Promise<import("../types.js").WholeCall>}
   */
  call(id, number) {
    return this.#send("GET", `${session(id)}/calls/${number}`);
  }

  /** @returns {Promise<import("../types.js").Library>} */
  library() {
    return this.#send("GET", "/api/models/library");
  }

  /** @returns {Promise<{ jobs: import("../types.js").PullJob[] }>} */
  pullJobs() {
    return this.#send("GET", "/api/models/jobs");
  }

  /**
   * @param {string} provider
   * @param {string} model
   * @param {boolean} probe
   * @returns {Promise<{ job: import("../types.js").PullJob }>}
   */
  pull(provider, model, probe) {
    return this.#send("POST", "/api/models/pull", { provider, model, probe });
  }

  /** @param {string} job */
  cancelPull(job) {
    return this.#send("POST", `/api/models/jobs/${encodeURIComponent(job)}/cancel`);
  }

  /** @param {string} job */
  forgetPull(job) {
    return this.#send("DELETE", `/api/models/jobs/${encodeURIComponent(job)}`);
  }

  /**
   * @param {string} provider
   * @param {string} model
   */
  removeModel(provider, model) {
    return this.#send(
      "DELETE",
      `/api/models/${encodeURIComponent(provider)}/${model.split("/").map(encodeURIComponent).join("/")}`,
    );
  }

  /** @param {string} provider */
  startEngine(provider) {
    return this.#send("POST", "/api/models/start", { provider });
  }

  /**
   * The approved files as a zip.
   * @param {string} id
   */
  async files(id) {
    return (await this.#fetched(`${session(id)}/files`)).blob();
  }

  /**
   * Something that only the program's own window can do.
   * @param {"ready" | "notify"} what
   * @param {object} [body]
   */
  inWindow(what, body) {
    return this.#send("POST", `/api/window/${what}`, body);
  }

  quit() {
    return this.#send("POST", "/api/quit");
  }

  /**
   * @param {Blob} content
   * @param {string} name
   * @returns {Promise<string | null>} the path
   */
  async saveInWindow(content, name) {
    const headers = { "content-type": "application/octet-stream" };
    const path = `/api/window/save?${new URLSearchParams({ name })}`;
    return (await (await this.#fetched(path, { method: "POST", headers, body: content })).json()).path;
  }

  /** @param {string} path */
  async #file(path) {
    const response = await this.#fetched(path);
    const named = /filename="?([^";]+)/.exec(response.headers.get("content-disposition") ?? "");
    return { content: await response.blob(), name: named?.[1] ?? "roundtable" };
  }

  /**
   * @param {string} path
   * @param {RequestInit} [request]
   */
  async #fetched(path, request) {
    const response = await answered(fetch(path, { credentials: "same-origin", ...request }));
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async #send(method, path, body, signal) {
    const headers = body ? { "content-type": "application/json" } : undefined;
    const sending = fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      signal,
    });
    const response = await answered(sending);
    if (!response.ok) throw await problemOf(response);
    return response.status === 204 ? null : response.json();
  }
}

/** @param {string} id */
function session(id) {
  return `/api/sessions/${encodeURIComponent(id)}`;
}
