// @ts-check

export const find = {
  results: "Found",
  searching: "Searching…",
  failed: "The search failed.",
  indexing: "Older sessions are still being read…",
  sessions: (/** @type {number} */ n) => `${n} session${n === 1 ? "" : "s"} found`,
  more: (/** @type {number} */ n) => `${n} more place${n === 1 ? "" : "s"}`,
  request: "request",
  turn: (/** @type {number} */ n) => `turn ${n}`,
  line: (/** @type {string} */ path, /** @type {number} */ line) => `${path}:${line}`,
  kinds: {
    requirements: "request",
    message: "message",
    feedback: "feedback",
    finding: "finding",
    file: "file",
  },
};
