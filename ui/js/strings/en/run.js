// @ts-check

export const run = {
  tab: "Run",
  none: "Nothing of this version was run.",
  why: "Reason:",
  pending: "The output appears as soon as something has been run.",
  examples: "Examples",
  proposed: "Examples proposed by quality_checker",
  tests: "Tests",
  own: "Tests that came with the code",
  count: (/** @type {number} */ passed, /** @type {number} */ executed) => `${passed} of ${executed} passed`,
  sandbox: (/** @type {string} */ name) => `in ${name}`,
  expected: "expected",
  printed: "Printed",
  errors: "Standard error",
  passed: "passed",
  failed: "failed",
  copy: "Copy output",
};
