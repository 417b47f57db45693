// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { AGENTS } from "../model/facts.js";
import { findingsByLevel, scanOf } from "../model/findings.js";
import { serverLang, strings } from "../strings.js";
import { badge } from "./controls.js";

/**
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").Finding} Finding
 * @typedef {import("../types.js").Level} Level
 */

const words = strings.proof;
const SEVERITY_TONE = { blocker: "bad", major: "bad", minor: "doubtful", info: "idle" };
/** @type {Record<Level, string>} */
export const LEVEL_TONE = { block: "bad", ask: "doubtful", badge: "active", ok: "idle" };
/** Remarks beyond so many are folded away. */
const SHOWN_REMARKS = 3;

/**
 * What a finding says: where, what, how heavy, who says so and how to mend it.
 * @param {Finding} found
 * @returns {HTMLElement}
 */
export function findingFace(found) {
  const facts = [found.cwe, found.rule, found.source].filter(Boolean).join(" · ");
  return h(
    "div",
    { class: "finding" },
    h(
      "p",
      { class: "finding-line" },
      badge(strings.checks.severities[found.severity], SEVERITY_TONE[found.severity]),
      found.path && h("code", {}, reveal(strings.checks.line(found.path, found.line))),
    ),
    h("p", { lang: AGENTS.includes(found.source) ? null : serverLang }, reveal(found.text)),
    found.fix && h("p", { class: "finding-fix" }, words.fix(reveal(found.fix))),
    h("p", { class: "hint" }, reveal(facts)),
  );
}

/** @param {Finding[]} findings */
export function findingList(findings) {
  return h("ul", { class: "findings" }, ...findings.map((found) => h("li", {}, findingFace(found))));
}

/**
 * The findings of a version by level, and what looked for them.
 * @param {CheckResult[]} results
 */
export function findingsSection(results) {
  const groups = findingsByLevel(results);
  const scan = scanOf(results);
  return h(
    "section",
    { class: "proof-part" },
    h("h3", {}, words.findings),
    ...groups.map((group) => findingGroup(group, words.levels, scan?.capabilities)),
    h("p", { class: "hint" }, reveal(scanWords(groups, scan))),
  );
}

/**
 * @param {{ level: Level }[]} groups
 * @param {ReturnType<typeof scanOf>} scan
 */
function scanWords(groups, scan) {
  if (!scan) return words.noScan;
  const engines = scan.engines.join(", ");
  if (!groups.length) return words.noFindings(engines);
  const grave = groups.some(({ level }) => level === "block" || level === "ask");
  return grave ? words.scanned(engines) : words.noneGrave(engines);
}

/**
 * @param {{ level: Level, findings: Finding[] }} group
 * @param {Record<Level, string>} titles
 * @param {string[]} [capabilities]
 */
export function findingGroup({ level, findings }, titles, capabilities = []) {
  const can = level === "badge" && capabilities.length ? `: ${reveal(capabilities.join(", "))}` : "";
  const title = [titles[level] + can, h("span", { class: "tab-note" }, String(findings.length))];
  const look = { class: "finding-group", "data-tone": LEVEL_TONE[level] };
  if (level === "ok" && findings.length > SHOWN_REMARKS)
    return h("details", look, h("summary", {}, ...title), findingList(findings));
  return h("div", look, h("h4", {}, ...title), findingList(findings));
}
