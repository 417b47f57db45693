// @ts-check
import { worstLevel } from "./findings.js";

/**
 * What came out of a check of files; see app/checks/files.py.
 *
 * @typedef {import("../net/api.js").Source} Source
 * @typedef {import("../types.js").CheckedFile} CheckedFile
 * @typedef {import("../types.js").CheckReply} CheckReply
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Finding} Finding
 * @typedef {{ kind: "blocked" | "failed" | "nothing_ran" | "not_executed", names: string[] }} Lack
 *   names: of checks that failed, or of files
 * @typedef {{ name: string, content: string }} NamedText
 * @typedef {{ files: NamedText[], pasted: NamedText }} Kept  pasted: not yet one of the files
 */

export const MAX_FILES = 40;
export const MAX_FILE_BYTES = 200_000;
/** Their evidence says more than their findings. */
const EXECUTING = ["examples", "tests"];
const ADVISING = ["lint", "compiled lint", "metrics"];
const BROKEN = "the check itself failed";

/**
 * What was stored of the files to check; where that is broken, nothing.
 * @param {string | null} stored JSON
 * @returns {Kept}
 */
export function restoreFiles(stored) {
  const empty = { files: [], pasted: { name: "", content: "" } };
  try {
    return { ...empty, ...JSON.parse(stored ?? "{}") };
  } catch (error) {
    if (error instanceof SyntaxError) return empty;
    throw error;
  }
}

/**
 * Whether two lists hold the same files with the same content, in whatever order.
 * @param {Source[]} some
 * @param {Source[]} others
 */
export function sameFiles(some, others) {
  const contents = new Map(others.map((file) => [file.path, file.content]));
  return some.length === others.length && some.every((file) => contents.get(file.path) === file.content);
}

/**
 * The checks of a file in the shape of a version's; a skipped one has its reason instead of evidence.
 * @param {CheckedFile} file
 * @returns {CheckResult[]}
 */
export function resultsOf(file) {
  return file.checks.map(({ name, status, ms, evidence }) => {
    const told = EXECUTING.includes(name) || evidence.startsWith(BROKEN);
    return {
      name,
      status,
      ms,
      required: !ADVISING.includes(name),
      reason: status === "skipped" ? evidence : "",
      evidence: status !== "skipped" && told ? evidence : "",
      findings: [],
      sandbox: "",
      executed: 0,
      passed: 0,
      metrics: {},
      data: {},
    };
  });
}

/**
 * The findings of a file, but for what the evidence of its examples and tests says already.
 * @param {CheckedFile} file
 * @returns {Finding[]}
 */
export function findingsOf({ path, findings }) {
  return findings
    .filter((found) => !EXECUTING.includes(found.source))
    .map(({ message, cwe, fix, ...found }) => ({
      ...found,
      path,
      text: message,
      symbol: "",
      cwe: cwe ?? "",
      fix: fix ?? "",
    }));
}

/** @param {CheckReply} reply */
export function levelOf(reply) {
  return worstLevel(reply.files.map((file) => file.level));
}

/**
 * What keeps the files from being verified; empty where they are.
 * @param {CheckReply} reply
 * @returns {Lack[]}
 */
export function lacksOf({ files, verdict }) {
  if (verdict === "verified") return [];
  if (verdict === "checked")
    return [{ kind: "not_executed", names: files.filter((file) => !wasExecuted(file)).map((f) => f.path) }];
  const results = files.flatMap(resultsOf);
  const failed = new Set(results.filter((r) => r.required && r.status === "fail").map((r) => r.name));
  /** @type {Lack[]} */
  const lacks = [];
  if (levelOf({ files, verdict }) === "block") lacks.push({ kind: "blocked", names: [] });
  if (failed.size) lacks.push({ kind: "failed", names: [...failed] });
  return lacks.length ? lacks : [{ kind: "nothing_ran", names: [] }];
}

/** @param {CheckedFile} file */
function wasExecuted({ checks }) {
  return checks.some((check) => EXECUTING.includes(check.name) && check.status === "pass");
}
