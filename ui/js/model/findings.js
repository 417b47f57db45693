// @ts-check
/**
 * Findings of a version as the user has to meet them, heaviest first.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Finding} Finding
 * @typedef {import("../types.js").Level} Level
 */

/** @type {Level[]} */
const LEVELS = ["block", "ask", "badge", "ok"];
const SECURITY = "security";

/**
 * Findings of one level, each once.
 * @param {CheckResult[]} results
 * @param {Level} level
 * @returns {Finding[]}
 */
export function findingsAt(results, level) {
  return eachOnce(results).filter((finding) => finding.level === level);
}

/**
 * @param {CheckResult[]} results
 * @returns {Finding[]}
 */
function eachOnce(results) {
  const found = results.flatMap((result) => result.findings);
  return [...new Map(found.map((finding) => [finding.id, finding])).values()];
}

/**
 * The levels at which there is something, but for examples that do not hold: their table tells of these.
 * @param {CheckResult[]} results
 * @returns {{ level: Level, findings: Finding[] }[]}
 */
export function findingsByLevel(results) {
  const others = results.filter((result) => !result.data.examples);
  return byLevel(eachOnce(others));
}

/**
 * Findings in groups, those of the heaviest level first.
 * @param {Finding[]} findings
 * @returns {{ level: Level, findings: Finding[] }[]}
 */
export function byLevel(findings) {
  const groups = LEVELS.map((level) => ({
    level,
    findings: findings.filter((finding) => finding.level === level),
  }));
  return groups.filter((group) => group.findings.length);
}

/**
 * The heaviest of some levels; "ok" where there is none.
 * @param {Level[]} levels
 * @returns {Level}
 */
export function worstLevel(levels) {
  return LEVELS.find((level) => levels.includes(level)) ?? "ok";
}

/**
 * What the security scan says beside its findings; null where it did not run to its end.
 * @param {CheckResult[]} results
 * @returns {{ engines: string[], capabilities: string[] } | null}
 */
export function scanOf(results) {
  const security = results.find((result) => result.name === SECURITY && result.status !== "skipped");
  if (!security?.data.engines) return null;
  const { engines, capabilities = [] } = security.data;
  return {
    engines: Object.entries(engines).map(([name, version]) => `${name} ${version}`),
    capabilities,
  };
}
