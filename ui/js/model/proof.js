// @ts-check
/**
 * What a report proves, in figures.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").ExampleEntry} ExampleEntry
 */

/**
 * What ran and held of what the user or the task gave, by where it comes from.
 * @param {CheckResult[]} results
 */
export function heldBySource(results) {
  const required = results.filter((result) => result.required);
  const held = required.flatMap(examplesOf).filter((entry) => entry.ok);
  return {
    user: held.filter((entry) => entry.origin === "user").length,
    requirements: held.filter((entry) => entry.origin !== "user").length,
    tests: required.reduce((sum, result) => sum + (result.data.examples ? 0 : result.passed), 0),
  };
}

/**
 * One entry for each example that was tried.
 * @param {CheckResult} result
 * @returns {ExampleEntry[]}
 */
export function examplesOf(result) {
  return result.data.examples ?? [];
}
