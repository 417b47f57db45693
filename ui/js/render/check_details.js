// @ts-check
import { h } from "../helpers/dom.js";
import { milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { examplesOf } from "../model/proof.js";
import { strings } from "../strings.js";
import { findingList } from "./findings.js";
import { icon } from "./icons.js";
import { translated } from "./server_words.js";

/**
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("./icons.js").IconName} IconName
 */

const words = strings.checks;
/** @type {Record<CheckResult["status"], IconName>} */
const MARK = { pass: "check", fail: "cross", skipped: "dash" };

/**
 * How a result looks: a failure that nothing depends on is only a doubt.
 * @param {CheckResult} result
 */
export function toneOfResult(result) {
  if (result.status === "pass") return "good";
  if (result.status === "skipped") return "idle";
  return result.required ? "bad" : "doubtful";
}

/**
 * What a check is called; one that this page does not know goes by its own name.
 * @param {string} name
 */
export function checkName(name) {
  return Object.hasOwn(words.names, name)
    ? words.names[/** @type {keyof typeof words.names} */ (name)]
    : reveal(name);
}

/**
 * The result in a few words, e.g. `examples 2/3 failed`.
 * @param {CheckResult} result
 * @returns {Node[]}
 */
export function resultFace(result) {
  const count = result.executed ? ` ${words.count(result.passed, result.executed)}` : "";
  return [
    icon(MARK[result.status]),
    h("span", { class: "check-name" }, checkName(result.name) + count),
    h("span", { class: "check-state" }, words[result.status]),
  ];
}

/**
 * What was seen, measured and found, on its own.
 * @param {CheckResult} result
 * @returns {HTMLElement}
 */
export function resultEvidence(result) {
  // A finding for each example that does not hold would only say the evidence again.
  const findings = examplesOf(result).length ? [] : result.findings;
  const facts = [milliseconds(result.ms), translated(result.reason), ...resultFacts(result)].filter(Boolean);
  const evidence = evidenceOf(result);
  const nothing = !facts.length && !evidence && !findings.length;
  return h(
    "div",
    { class: "check-body" },
    (facts.length > 0 || nothing) && h("p", { class: "check-facts" }, facts.join(" · ") || words.nothing),
    evidence,
    findings.length > 0 && findingList(findings),
  );
}

/**
 * Where it ran, whether it counts, and what was measured.
 * @param {CheckResult} result
 */
export function resultFacts(result) {
  const metrics = Object.entries(result.metrics).map(
    ([name, value]) => `${name.replaceAll("_", " ")} ${Number(value.toPrecision(3))}`,
  );
  const sandbox = result.sandbox && strings.proof.sandbox(result.sandbox);
  return [sandbox, result.required ? "" : words.advisory, ...metrics].filter(Boolean).map(reveal);
}

/** @param {CheckResult} result */
export function evidenceOf(result) {
  const text = reveal(result.evidence);
  const look = { class: "evidence", tabindex: 0, role: "group", "aria-label": checkName(result.name) };
  return text ? h("pre", look, text) : null;
}
