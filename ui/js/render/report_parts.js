// @ts-check
import { h } from "../helpers/dom.js";
import { milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { examplesOf } from "../model/proof.js";
import { strings } from "../strings.js";
import { checkName, evidenceOf, resultFace, resultFacts, toneOfResult } from "./check_details.js";
import { copyButton } from "./controls.js";
import { examplesTable } from "./example_results.js";
import { icon } from "./icons.js";
import { serverWords } from "./server_words.js";

/** @typedef {import("../types.js").CheckResult} CheckResult */

const words = strings.proof;
const SHORT_HASH = 12;

/**
 * The examples with what came out, the checks that ran with their evidence, and those that did not run.
 * @param {CheckResult[]} results
 */
export function reportParts(results) {
  const ran = results.filter((result) => result.status !== "skipped");
  const skipped = results.filter((result) => result.status === "skipped");
  const examples = results.flatMap(examplesOf);
  return [
    examples.length > 0 && part(words.examples, examplesTable(examples)),
    ran.length > 0 && part(words.ran, ...ran.map(checkRow)),
    skipped.length > 0 && part(words.notRun, h("ul", { class: "not-run" }, ...skipped.map(skippedRow))),
  ];
}

/**
 * The beginning of a hash, with the whole of it to copy.
 * @param {string} label
 * @param {string} hash
 */
export function hashLine(label, hash) {
  return h(
    "p",
    { class: "hash-line" },
    h("span", { class: "hint" }, label),
    h("code", { title: strings.artifact.hash(hash) }, hash.slice(0, SHORT_HASH)),
    copyButton(() => hash, strings.artifact.copyHash),
  );
}

/**
 * @param {string} title
 * @param {Node[]} content
 */
export function part(title, ...content) {
  return h("section", { class: "proof-part" }, h("h3", {}, title), ...content);
}

/** @param {CheckResult} result */
function checkRow(result) {
  const facts = resultFacts(result);
  const evidence = evidenceOf(result);
  return h(
    "details",
    { class: "check", "data-tone": toneOfResult(result), open: tellsAlone(result) },
    h(
      "summary",
      {},
      ...resultFace(result),
      h("span", { class: "hint check-ms" }, milliseconds(result.ms)),
      icon("chevron"),
      h("span", { class: "hint check-more" }, reveal(brief(result))),
    ),
    h(
      "div",
      { class: "check-body" },
      h("p", { class: "check-facts" }, about(result)),
      facts.length > 0 && h("p", { class: "check-facts" }, facts.join(" · ")),
      evidence,
    ),
  );
}

/**
 * Whether the evidence is all there is to see of a failure that counts.
 * @param {CheckResult} result
 */
function tellsAlone({ status, required, evidence, findings }) {
  return status === "fail" && required && evidence !== "" && findings.length === 0;
}

/**
 * What stands beside a row that is folded.
 * @param {CheckResult} result
 */
function brief(result) {
  const { votes, versions } = result.data;
  if (votes && versions) return words.agreement(votes, versions);
  if (result.sandbox) return words.sandbox(result.sandbox);
  return result.findings.length ? strings.checks.findings(result.findings.length) : "";
}

/** @param {CheckResult} result */
function about(result) {
  const known = /** @type {Record<string, string>} */ (strings.checks.about);
  return known[result.name] ?? "";
}

/** @param {CheckResult} result */
function skippedRow(result) {
  return h(
    "li",
    {},
    icon("dash"),
    h("span", { class: "check-name" }, checkName(result.name)),
    serverWords(result.reason, "span", "hint"),
  );
}
