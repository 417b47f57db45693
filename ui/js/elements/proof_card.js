// @ts-check
import { h } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { heldBySource } from "../model/proof.js";
import { checkName } from "../render/check_details.js";
import { badge, VERDICT_TONE } from "../render/controls.js";
import { findingsSection } from "../render/findings.js";
import { hashLine, reportParts } from "../render/report_parts.js";
import { strings } from "../strings.js";
import { fateOf } from "./versions_list.js";

/**
 * The proof card of a version: what was checked on which bytes, with what result, and what was not run.
 *
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Version} Version
 */

const words = strings.proof;

/** @param {Version} version */
export function proofCard(version) {
  const { results } = version;
  return h(
    "div",
    { class: "proof-card" },
    summary(version),
    results.length > 0 && findingsSection(results),
    ...reportParts(results),
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
  return version.shortcomings
    .map(({ kind, names }) => words.lacks[kind](names.map(checkName).join(", ")))
    .join(" ");
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
    hashLine(words.version, version.hash),
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
