// @ts-check
/**
 * The list of sessions as the rail shows it.
 *
 * @typedef {import("../types.js").SessionRow} SessionRow
 * @typedef {"today" | "yesterday" | "week" | "older"} Age
 */

const DAY = 24 * 3600 * 1000;

/**
 * Sessions by day of their last change, newest first; empty groups are left out.
 * @param {SessionRow[]} rows
 * @param {Date} now
 * @returns {{ age: Age, rows: SessionRow[] }[]}
 */
export function byAge(rows, now) {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  /** @type {Record<Age, SessionRow[]>} */
  const groups = { today: [], yesterday: [], week: [], older: [] };
  for (const row of rows) groups[ageOf(Date.parse(row.updated), midnight)].push(row);
  return /** @type {Age[]} */ (Object.keys(groups))
    .map((age) => ({ age, rows: groups[age] }))
    .filter((group) => group.rows.length);
}

/**
 * What the dot of a session says.
 * @param {SessionRow} row
 */
export function toneOf(row) {
  if (row.status === "running" || row.status === "queued") return "active";
  if (row.status === "waiting") return "waiting";
  if (row.status === "approved") return row.verdict === "verified" ? "good" : "doubtful";
  return row.status === "failed" ? "bad" : "idle";
}

/**
 * What the state of a session is called: of one that was approved the verdict counts.
 * @param {SessionRow} row
 * @returns {{ of: "verdict", name: "verified" | "not_verified" } | { of: "status", name: SessionRow["status"] }}
 */
export function stateOf(row) {
  const decided = row.status === "approved" && row.verdict !== null && row.verdict !== "checked";
  return decided
    ? { of: "verdict", name: /** @type {"verified" | "not_verified"} */ (row.verdict) }
    : { of: "status", name: row.status };
}

/**
 * @param {number} time
 * @param {number} midnight
 * @returns {Age}
 */
function ageOf(time, midnight) {
  if (time >= midnight) return "today";
  if (time >= midnight - DAY) return "yesterday";
  return time >= midnight - 6 * DAY ? "week" : "older";
}
