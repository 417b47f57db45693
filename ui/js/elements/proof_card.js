// @ts-check
import { h } from "../helpers/dom.js";
import { milliseconds, size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { examplesOf, heldBySource } from "../model/proof.js";
import { evidenceOf, resultFace, resultFacts, toneOfResult } from "../render/check_details.js";
import { badge, copyButton, VERDICT_TONE } from "../render/controls.js";
import { examplesTable } from "../render/example_results.js";
import { findingsSection } from "../render/findings.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";
import { fateOf } from "./versions_list.js";

/**
 * The proof card of a version: what was checked on which bytes, with what result, and what was not run.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Version} Version
 */

const words = strings.proof;
const SHORT_HASH = 12;

/** @param {Version} version */
export function proofCard(version) {
  const { results } = version;
  const ran = results.filter((result) => result.status !== "skipped");
  const skipped = results.filter((result) => result.status === "skipped");
  const examples = results.flatMap(examplesOf);
  return h(
    "div",
    { class: "proof-card" },
    summary(version),
    results.length > 0 && findingsSection(results),
    examples.length > 0 && part(words.examples, examplesTable(examples)),
    ran.length > 0 && part(words.ran, ...ran.map(checkRow)),
    skipped.length > 0 && part(words.notRun, h("ul", { class: "not-run" }, ...skipped.map(skippedRow))),
    bytes(version),
  );
}

/**
 * What the verdict means for this very version, in one line.
 * @param {Version} version
 */
export function verdictLine(version) {
  if (version.verdict === "unchecked") return words.unchecked;
  if (version.verdict === "verified") return words.held(heldWords(version.results));
  return version.shortcomings.map(({ kind, names }) => words.lacks[kind](reveal(names.join(", ")))).join(" ");
}

/** @param {CheckResult[]} results */
function heldWords(results) {
  const held = heldBySource(results);
  const told = [
    held.user && words.yours(held.user),
    held.requirements && words.found(held.requirements),
    held.tests && words.tests(held.tests),
  ];
  return told.filter(Boolean).join(", ");
}

/** @param {Version} version */
function summary(version) {
  const fate = fateOf(version);
  return h(
    "div",
    { class: "proof-head", "data-tone": VERDICT_TONE[version.verdict] },
    h(
      "p",
      { class: "verdict" },
      badge(strings.verdict[version.verdict], VERDICT_TONE[version.verdict]),
      h("span", {}, verdictLine(version)),
    ),
    fate && h("p", {}, fate),
    h(
      "p",
      { class: "hash-line" },
      h("span", { class: "hint" }, words.version),
      h("code", { title: strings.artifact.hash(version.hash) }, version.hash.slice(0, SHORT_HASH)),
      copyButton(() => version.hash, strings.artifact.copyHash),
    ),
  );
}

/**
 * @param {string} title
 * @param {Node[]} content
 */
function part(title, ...content) {
  return h("section", { class: "proof-part" }, h("h3", {}, title), ...content);
}

/** @param {CheckResult} result */
function checkRow(result) {
  const facts = resultFacts(result);
  const evidence = evidenceOf(result);
  return h(
    "details",
    { class: "check", "data-tone": toneOfResult(result) },
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
    h("span", { class: "check-name" }, reveal(result.name)),
    h("span", { class: "hint" }, reveal(result.reason)),
  );
}

/** @param {Version} version */
function bytes(version) {
  const rows = version.files.map((file) =>
    h(
      "li",
      {},
      h("span", { class: "file-path" }, reveal(file.path)),
      h("span", { class: "hint" }, size(file.bytes)),
      h("code", {}, file.sha256),
    ),
  );
  return h(
    "details",
    { class: "proof-bytes" },
    h("summary", {}, words.files(rows.length)),
    h("ul", {}, ...rows),
  );
}
