// @ts-check
import { h } from "../helpers/dom.js";
import { duration } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { badge, copyButton } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { serverWords } from "../render/server_words.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").CheckResult} CheckResult
 * @typedef {import("../types.js").ExampleEntry} ExampleEntry
 * @typedef {import("../types.js").Version} Version
 * @typedef {{ name: string, ok: boolean, error: string, evidence: string }} TestEntry
 */

const words = strings.run;
/** @type {Record<string, string>} */
const TITLES = {
  examples: words.examples,
  "proposed examples": words.proposed,
  tests: words.tests,
  "own tests": words.own,
};

/**
 * What the last run of a version in the sandbox gave and printed.
 * @param {Version} version
 */
export function runView(version) {
  const ran = version.results.filter((result) => Object.hasOwn(TITLES, result.name) && result.executed > 0);
  if (!ran.length) return nothingRan(version.results);
  return h("div", { class: "run-view" }, ...ran.map(section));
}

/** @param {CheckResult[]} results */
function nothingRan(results) {
  const reason = results.find((result) => Object.hasOwn(TITLES, result.name) && result.reason)?.reason ?? "";
  return h(
    "div",
    { class: "pane-empty" },
    h("p", {}, results.length ? words.none : words.pending),
    reason && h("p", { class: "hint" }, words.why, " ", serverWords(reason)),
  );
}

/** @param {CheckResult} result */
function section(result) {
  const tone = result.passed === result.executed ? "good" : "bad";
  const head = h(
    "header",
    { class: "run-head" },
    h("h3", {}, TITLES[result.name]),
    badge(words.count(result.passed, result.executed), tone),
    h(
      "span",
      { class: "hint" },
      [result.sandbox && words.sandbox(reveal(result.sandbox)), duration(result.ms / 1000)]
        .filter(Boolean)
        .join(" · "),
    ),
    copyButton(() => transcript(result), words.copy),
  );
  const entries = result.data.examples
    ? result.data.examples.map(exampleRun)
    : (result.data.tests ?? []).map(testRun);
  return h(
    "section",
    { class: "run-section" },
    head,
    h("ol", { class: "run-list" }, ...entries),
    output(words.printed, result.data.printed),
    output(words.errors, result.data.stderr),
  );
}

/** @param {ExampleEntry} entry */
function exampleRun(entry) {
  const gave = entry.got || entry.error || entry.evidence;
  return runEntry(
    entry.ok,
    entry.call ?? entry.text,
    text(entry.printed, "run-printed"),
    text(gave, "run-gave"),
    text(entry.traceback?.join("\n"), "run-trace"),
    !entry.ok &&
      entry.expected &&
      h("p", { class: "hint" }, `${words.expected} `, h("code", {}, reveal(entry.expected))),
  );
}

/** @param {TestEntry} entry */
function testRun({ ok, name, evidence }) {
  return runEntry(ok, name, text(evidence, "run-trace"));
}

/**
 * @param {boolean} ok
 * @param {string} what ran
 * @param {(HTMLElement | string | null | undefined | false)[]} told
 */
function runEntry(ok, what, ...told) {
  return h(
    "li",
    { class: "run-entry", "data-tone": ok ? "good" : "bad" },
    mark(ok),
    h("div", { class: "run-told" }, h("code", { class: "run-call" }, reveal(what)), ...told),
  );
}

/** @param {boolean} ok */
function mark(ok) {
  const name = h("span", { class: "off-screen" }, ok ? words.passed : words.failed);
  return h("span", { class: "run-mark" }, icon(ok ? "check" : "cross"), name);
}

/**
 * @param {string | undefined} content
 * @param {string} kind
 */
function text(content, kind) {
  return content ? h("pre", { class: kind }, reveal(content.replace(/\n$/, ""))) : null;
}

/**
 * @param {string} title
 * @param {string | undefined} content
 */
function output(title, content) {
  if (!content) return null;
  const body = h(
    "pre",
    { class: "run-output", tabindex: 0, role: "group", "aria-label": title },
    reveal(content),
  );
  return h("div", { class: "run-rest" }, h("h4", {}, title), body);
}

/** @param {CheckResult} result */
function transcript({ data }) {
  const examples = (data.examples ?? []).map((/** @type {ExampleEntry} */ entry) =>
    [`> ${entry.call ?? entry.text}`, entry.printed, entry.got || entry.error || entry.evidence]
      .filter(Boolean)
      .join("\n"),
  );
  const tests = (data.tests ?? []).map((/** @type {TestEntry} */ entry) =>
    [`${entry.name}: ${entry.ok ? words.passed : words.failed}`, entry.evidence].filter(Boolean).join("\n"),
  );
  return [...examples, ...tests, data.printed, data.stderr].filter(Boolean).join("\n");
}
