// @ts-check
/**
 * What stands behind a version: the rules of CheckReport in app/domain/findings.py.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Check} Check
 * @typedef {import("../types.js").Verdict} Verdict
 * @typedef {{ kind: "blocked" | "failed" | "nothing_ran" | "unsafe" | "not_executed" | "only_proposed"
 *   | "disagrees", names: string[] }} Shortcoming  names: of the checks concerned
 */

/** The comparison of versions; it is added to reports that are whole, and runs nothing that somebody gave. */
export const AGREEMENT = "agreement";

/**
 * The results of the newest report in the order in which they came. All checks run in each report, so a
 * check that comes again begins a new one.
 * @param {Check[]} checks of one version
 * @returns {CheckResult[]}
 */
export function newestReport(checks) {
  let byName = new Map();
  for (const { result } of checks) {
    if (byName.has(result.name) && result.name !== AGREEMENT) byName = new Map();
    byName.set(result.name, whole(result));
  }
  return [...byName.values()];
}

/**
 * A result with every field; those of older sessions lack some.
 * @param {CheckResult} result
 * @returns {CheckResult}
 */
function whole(result) {
  const findings = result.findings.map((found) => ({ ...{ level: "ok", cwe: "", fix: "" }, ...found }));
  return /** @type {CheckResult} */ ({ ...{ sandbox: "", data: {} }, ...result, findings });
}

/**
 * Verified needs every required check passed, an example or test of the user's or the task's executed, and
 * nothing executed that failed.
 * @param {CheckResult[]} results
 * @param {boolean} safetyEnabled false: the user switched the safety checks off
 * @returns {Verdict}
 */
export function verdictOf(results, safetyEnabled) {
  const ran = results.some((r) => r.required && r.status === "pass");
  if (failedChecks(results).length || !ran || isBlocked(results)) return "not_verified";
  const { executed, passed } = exampleCount(results);
  return safetyEnabled && oracleCount(results) > 0 && passed === executed ? "verified" : "checked";
}

/**
 * What keeps a version from being verified; empty where it is.
 * @param {CheckResult[]} results
 * @param {boolean} safetyEnabled
 * @returns {Shortcoming[]}
 */
export function shortcomings(results, safetyEnabled) {
  const failed = failedChecks(results);
  const ran = results.some((r) => r.required && r.status === "pass");
  const heavy = [
    ...(isBlocked(results) ? [lacking("blocked")] : []),
    ...(failed.length ? [lacking("failed", failed)] : []),
    ...(ran || failed.length ? [] : [lacking("nothing_ran")]),
  ];
  if (heavy.length) return heavy;
  const { executed } = exampleCount(results);
  const disagreeing = results.filter((r) => r.passed !== r.executed).map((r) => r.name);
  return [
    ...(safetyEnabled ? [] : [lacking("unsafe")]),
    ...(oracleCount(results) ? [] : [lacking(executed ? "only_proposed" : "not_executed")]),
    ...(disagreeing.length ? [lacking("disagrees", disagreeing)] : []),
  ];
}

/**
 * @param {Shortcoming["kind"]} kind
 * @param {string[]} names
 * @returns {Shortcoming}
 */
function lacking(kind, names = []) {
  return { kind, names };
}

/** @param {CheckResult[]} results */
export function isBlocked(results) {
  return results.some((r) => r.findings.some((found) => found.level === "block"));
}

/**
 * Examples and tests executed, and how many of these gave what they should.
 * @param {CheckResult[]} results
 */
export function exampleCount(results) {
  return {
    executed: results.reduce((sum, r) => sum + r.executed, 0),
    passed: results.reduce((sum, r) => sum + r.passed, 0),
  };
}

/**
 * Examples and tests executed that the user or the task gave; those of agents do not count.
 * @param {CheckResult[]} results
 */
export function oracleCount(results) {
  return exampleCount(results.filter((r) => r.required)).executed;
}

/**
 * Names of the required checks that failed.
 * @param {CheckResult[]} results
 */
export function failedChecks(results) {
  return results.filter((r) => r.required && r.status === "fail").map((r) => r.name);
}
