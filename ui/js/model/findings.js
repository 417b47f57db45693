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
  const found = results.flatMap((result) => result.findings).filter((finding) => finding.level === level);
  return [...new Map(found.map((finding) => [finding.id, finding])).values()];
}

/**
 * The levels at which there is something, but for examples that do not hold: their table tells of these.
 * @param {CheckResult[]} results
 * @returns {{ level: Level, findings: Finding[] }[]}
 */
export function findingsByLevel(results) {
  const others = results.filter((result) => !result.data.examples);
  return LEVELS.map((level) => ({ level, findings: findingsAt(others, level) })).filter(
    (group) => group.findings.length,
  );
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
