// @ts-check
import { newest, verdictOf } from "./report.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").Version} Version
 */

/**
 * Every version of a session, oldest first, each with the evidence bound to its hash.
 * @param {Iterable<RunView>} runs
 * @returns {Version[]}
 */
export function versionsOf(runs) {
  return [...runs].flatMap(versionsOfRun);
}

/**
 * The version to show where the user picked none: the one that is asked about, that the last run ended
 * with, or the newest that was kept.
 * @param {RunView[]} runs
 * @param {Version[]} versions of these runs
 */
export function versionInFocus(runs, versions) {
  const last = runs.at(-1);
  const hash = last?.gate?.data.artifact_hash ?? last?.finished?.data.artifact_hash;
  const meant = versions.findLast((v) => v.runId === last?.runId && v.hash === hash);
  return meant ?? versions.findLast((v) => v.kept) ?? null;
}

/**
 * @param {RunView} run
 * @returns {Version[]}
 */
function versionsOfRun(run) {
  const turns = [...run.turns.values()];
  /** @type {Map<string, Version>} */
  const byKey = new Map();
  for (const turn of turns) {
    for (const event of turn.versions) {
      const version = describe(run, turn, event, turns);
      byKey.set(version.key, version);
    }
  }
  return [...byKey.values()];
}

/**
 * @param {RunView} run
 * @param {TurnView} turn
 * @param {Envelope} event
 * @param {TurnView[]} turns
 * @returns {Version}
 */
function describe(run, turn, event, turns) {
  const { artifact_hash: hash, version, files, reason = "" } = event.data;
  const telling = turns.filter((t) => t.checks.some((c) => c.artifact_hash === hash));
  const results = newest(telling.flatMap((t) => t.checks.filter((c) => c.artifact_hash === hash)));
  return {
    key: `${run.runId}/${version}/${hash}`,
    runId: run.runId,
    runNumber: run.created?.data.number ?? 1,
    version,
    hash,
    files,
    kept: event.type === "artifact.proposed",
    reason,
    agent: turn.agent,
    ready: turn.seconds !== null,
    results,
    verdict: results.length ? verdictOf(results, telling.every(checkedForSafety)) : "unchecked",
  };
}

/** @param {TurnView} turn */
function checkedForSafety(turn) {
  return !turn.notes.some((note) => note.data.kind === "safety");
}
