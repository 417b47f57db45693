// @ts-check
/** What the address says: `#/s/<id>` is a session, `#/check` the check of files, `#/replay` a capsule, `#token=...` the way in. */

export const CHECK_HASH = "#/check";
export const REPLAY_HASH = "#/replay";

/** @param {string} hash */
export function sessionInHash(hash) {
  return /^#\/s\/([\w-]+)$/.exec(hash)?.[1] ?? null;
}

/** @param {string} hash */
export function tokenInHash(hash) {
  return new URLSearchParams(hash.replace(/^#/, "")).get("token");
}

/** @param {string | null} sessionId */
export function hashOf(sessionId) {
  return sessionId ? `#/s/${sessionId}` : "#/";
}
