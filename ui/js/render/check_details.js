// @ts-check
import { h } from "../helpers/dom.js";
import { milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { strings } from "../strings.js";
import { badge } from "./controls.js";
import { icon } from "./icons.js";

/**
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Finding} Finding
 * @typedef {import("./icons.js").IconName} IconName
 */

const words = strings.checks;
/** @type {Record<CheckResult["status"], IconName>} */
const MARK = { pass: "check", fail: "cross", skipped: "dash" };
const SEVERITY_TONE = { blocker: "bad", major: "bad", minor: "doubtful", info: "idle" };

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
 * The result in a few words, e.g. `examples 2/3 failed`.
 * @param {CheckResult} result
 * @returns {Node[]}
 */
export function resultFace(result) {
  const count = result.executed ? ` ${words.count(result.passed, result.executed)}` : "";
  return [
    icon(MARK[result.status]),
    h("span", { class: "check-name" }, reveal(result.name) + count),
    h("span", { class: "check-state" }, words[result.status]),
  ];
}

/**
 * What was seen, measured and found.
 * @param {CheckResult} result
 * @param {string[]} [before] facts that do not stand beside it already
 * @returns {HTMLElement}
 */
export function resultEvidence(result, before = [milliseconds(result.ms), reveal(result.reason)]) {
  const facts = [...before, result.required ? "" : words.advisory];
  const evidence = reveal(result.evidence);
  const metrics = Object.entries(result.metrics).map(
    ([name, value]) => `${name.replaceAll("_", " ")} ${round(value)}`,
  );
  const line = [...facts, ...metrics].filter(Boolean).join(" · ");
  const nothing = !line && !evidence && !result.findings.length;
  return h(
    "div",
    { class: "check-body" },
    (line || nothing) && h("p", { class: "check-facts" }, line || words.nothing),
    evidence &&
      h(
        "pre",
        { class: "evidence", tabindex: 0, role: "group", "aria-label": reveal(result.name) },
        evidence,
      ),
    result.findings.length > 0 && h("ul", { class: "findings" }, ...result.findings.map(finding)),
  );
}

/** @param {Finding} found */
function finding(found) {
  const place = found.path ? h("code", {}, reveal(words.line(found.path, found.line))) : null;
  const source = h("span", { class: "hint" }, reveal(`${found.rule} · ${found.source}`));
  return h(
    "li",
    {},
    badge(found.severity, SEVERITY_TONE[found.severity]),
    place,
    h("span", {}, reveal(found.text)),
    source,
  );
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(3));
}
