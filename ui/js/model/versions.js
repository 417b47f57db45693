// @ts-check
import { newestReport, shortcomings, verdictOf } from "./report.js";

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
 * @param {string} chosen key of the one that the user decides on instead of the one offered, or empty
 */
export function versionInFocus(runs, versions, chosen = "") {
  const last = runs.at(-1);
  const hash = last?.finished?.data.artifact_hash;
  const asked = last?.gate ? decidedOn(last, versions, chosen) : ofHash(versions, last?.runId, hash);
  return asked ?? versions.findLast((v) => v.kept) ?? null;
}

/**
 * The version that an open gate offers.
 * @param {RunView} run
 * @param {Version[]} versions
 */
export function offered(run, versions) {
  return ofHash(versions, run.runId, run.gate?.data.artifact_hash);
}

/**
 * The version that the user decides on: the one chosen, else the one offered.
 * @param {RunView} run
 * @param {Version[]} versions
 * @param {string} chosen
 */
export function decidedOn(run, versions, chosen) {
  return decidable(run, versions).find((v) => v.key === chosen) ?? offered(run, versions);
}

/**
 * The versions that the user may decide on at an open gate: those of the run that were checked.
 * @param {RunView} run
 * @param {Version[]} versions
 */
export function decidable(run, versions) {
  return run.gate ? versions.filter((v) => v.runId === run.runId && v.verdict !== "unchecked") : [];
}

/**
 * The newest version with these bytes; one that was kept where several have them.
 * @param {Version[]} versions
 * @param {string | undefined} runId
 * @param {string | undefined} hash
 */
export function ofHash(versions, runId, hash) {
  const same = versions.filter((v) => v.runId === runId && v.hash === hash);
  return same.findLast((v) => v.kept) ?? same.at(-1) ?? null;
}

/**
 * Number of the first version with these bytes, by hash.
 * @param {RunView} run
 * @returns {Map<string, number>}
 */
export function versionNumbers(run) {
  const told = [...run.turns.values()].flatMap((turn) => turn.versions.map((event) => event.data));
  return new Map(told.toReversed().map((data) => [data.artifact_hash, data.version]));
}

/**
 * What a turn tells of versions, those together of which it says the same.
 * @param {Envelope[]} events of the turn
 * @returns {{ kept: boolean, numbers: number[], paths: string[], reason: string }[]}
 */
export function versionNews(events) {
  /** @type {Map<string, { kept: boolean, numbers: number[], paths: string[], reason: string }>} */
  const groups = new Map();
  for (const { type, data } of events) {
    const paths = data.files.map((/** @type {{ path: string }} */ file) => file.path);
    const kept = type === "artifact.proposed";
    const key = JSON.stringify([kept, paths, data.reason]);
    const group = groups.get(key) ?? { kept, numbers: [], paths, reason: data.reason ?? "" };
    groups.set(key, { ...group, numbers: [...group.numbers, data.version] });
  }
  return [...groups.values()];
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
      // Who turned a version down is not who wrote it.
      byKey.set(version.key, { ...version, agent: byKey.get(version.key)?.agent ?? version.agent });
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
    // What the user wrote is kept before it is checked.
    ready: turn.seconds !== null || "base" in event.data,
    ...evidence(turns, hash),
  };
}

/**
 * What was checked of these bytes. It counts once the turn has ended: until then checks may be missing.
 * @param {TurnView[]} turns
 * @param {string} hash
 * @returns {Pick<Version, "results" | "verdict" | "shortcomings">}
 */
function evidence(turns, hash) {
  const telling = turns.filter((turn) => turn.checks.some((check) => check.artifact_hash === hash));
  const results = newestReport(telling.flatMap((t) => t.checks.filter((c) => c.artifact_hash === hash)));
  if (!results.length || telling.at(-1)?.seconds === null)
    return { results, verdict: "unchecked", shortcomings: [] };
  const safe = telling.every(checkedForSafety);
  return { results, verdict: verdictOf(results, safe), shortcomings: shortcomings(results, safe) };
}

/** @param {TurnView} turn */
function checkedForSafety(turn) {
  return !turn.notes.some((note) => note.data.kind === "safety");
}
