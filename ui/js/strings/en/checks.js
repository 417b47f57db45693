// @ts-check
import { counted } from "./counting.js";

export const checks = {
  pass: "passed",
  fail: "failed",
  skipped: "skipped",
  advisory: "advisory",
  nothing: "Nothing further was recorded.",
  none: "Nothing has been checked yet.",
  findings: (/** @type {number} */ n) => counted(n, "finding"),
  names: {
    syntax: "syntax",
    lint: "lint",
    security: "security",
    dependencies: "dependencies",
    metrics: "metrics",
    examples: "examples",
    "proposed examples": "proposed examples",
    tests: "tests",
    "own tests": "own tests",
    agreement: "agreement",
  },
  severities: { blocker: "blocker", major: "major", minor: "minor", info: "info" },
  about: {
    syntax: "Whether the files parse.",
    lint: "What a linter finds; it never keeps a version from being verified.",
    security: "A scan for harmful and careless code, without running it.",
    dependencies: "Whether the packages that the code imports are known ones.",
    metrics: "Size and shape of the code, for comparing versions.",
    examples: "Your examples and those found in your text, executed.",
    "proposed examples": "Examples that an agent proposed without seeing the code, executed.",
    tests: "Your test files, executed.",
    "own tests": "Tests that came with the code, executed.",
    agreement: "Whether versions written independently do the same on new calls.",
  },
  count: (/** @type {number} */ passed, /** @type {number} */ executed) => `${passed}/${executed}`,
  line: (/** @type {string} */ path, /** @type {number | null} */ line) =>
    line === null ? path : `${path}:${line}`,
};
