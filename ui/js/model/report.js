// @ts-check
/**
 * What stands behind a version: the rules of CheckReport in app/domain/findings.py.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Check} Check
 * @typedef {import("../types.js").Verdict} Verdict
 */

/**
 * The last result of each check, in the order in which the checks first came.
 * @param {Check[]} checks
 * @returns {CheckResult[]}
 */
export function newest(checks) {
  const byName = new Map();
  for (const check of checks) byName.set(check.result.name, check.result);
  return [...byName.values()];
}

/**
 * Verified needs every required check passed, an example executed and none of those failed.
 * @param {CheckResult[]} results
 * @param {boolean} safetyEnabled false: the user switched the safety checks off
 * @returns {Verdict}
 */
export function verdictOf(results, safetyEnabled) {
  const ran = results.filter((r) => r.required && r.status === "pass");
  if (results.some((r) => r.required && r.status === "fail") || ran.length === 0) return "not_verified";
  const { executed, passed } = exampleCount(results);
  return safetyEnabled && executed > 0 && passed === executed ? "verified" : "checked";
}

/**
 * Examples executed, and how many of these gave what they should.
 * @param {CheckResult[]} results
 */
export function exampleCount(results) {
  return {
    executed: results.reduce((sum, r) => sum + r.executed, 0),
    passed: results.reduce((sum, r) => sum + r.passed, 0),
  };
}

/**
 * Names of the required checks that failed.
 * @param {CheckResult[]} results
 */
export function failedChecks(results) {
  return results.filter((r) => r.required && r.status === "fail").map((r) => r.name);
}
