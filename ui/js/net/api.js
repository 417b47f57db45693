// @ts-check
import { strings } from "../strings.js";
import { Problem } from "./problem.js";

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

/** The server's HTTP interface. Every method raises Problem. */
export class Api {
  /** @param {string} token */
  enter(token) {
    return this.#send("POST", "/api/token", { token });
  }

  /** @returns {Promise<{ version: string, agents: string, code_safety_enabled: boolean, warnings: Warning[] }>} */
  status() {
    return this.#send("GET", "/api/status");
  }

  /** @returns {Promise<{ providers: ProviderInfo[] }>} */
  models() {
    return this.#send("GET", "/api/models");
  }

  /**
   * @param {string} query
   * @returns {Promise<{ sessions: SessionRow[] }>}
   */
  sessions(query) {
    return this.#send("GET", `/api/sessions?${new URLSearchParams({ query, limit: "200" })}`);
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

  /** @param {string} provider */
  deleteKey(provider) {
    return this.#send("DELETE", `/api/keys/${encodeURIComponent(provider)}`);
  }

  /**
   * The approved files as a zip.
   * @param {string} id
   */
  async files(id) {
    const response = await answered(fetch(`${session(id)}/files`, { credentials: "same-origin" }));
    if (!response.ok) throw await problemOf(response);
    return response.blob();
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

/**
 * @param {Promise<Response>} sending
 * @returns {Promise<Response>}
 */
async function answered(sending) {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(
      {
        kind: "offline",
        message: strings.problem.offline,
        hint: strings.problem.offlineHint,
        retryable: true,
      },
      0,
    );
  }
}

/** @param {Response} response */
async function problemOf(response) {
  const isProblem = response.headers.get("content-type")?.includes("json") ?? false;
  const facts = isProblem ? await response.json() : {};
  return new Problem(
    {
      kind: "internal",
      message: strings.problem.status(response.status),
      retry_after: Number(response.headers.get("retry-after")) || undefined,
      ...facts,
    },
    response.status,
  );
}
