// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { strings } from "../strings.js";
import { icon } from "./icons.js";

/** @typedef {import("../types.js").ExampleEntry} ExampleEntry */

const words = strings.proof;
const SHOWN = 240;

/**
 * What each example should give and gave, and who says so.
 * @param {ExampleEntry[]} entries
 */
export function examplesTable(entries) {
  const head = [words.call, words.expected, words.got].map((name) => h("th", { scope: "col" }, name));
  return h(
    "table",
    { class: "examples-table" },
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...entries.flatMap(rowsOf)),
  );
}

/** @param {ExampleEntry} entry */
function rowsOf(entry) {
  const trace = traceOf(entry);
  const result = h(
    "tr",
    { "data-tone": entry.ok ? "good" : "bad" },
    h(
      "td",
      {},
      h("span", { class: "example-mark" }, icon(entry.ok ? "check" : "cross")),
      h("span", { class: "off-screen" }, entry.ok ? words.held1 : words.failed1),
      code(entry.call ?? entry.text),
      h("span", { class: "hint" }, words.whose[entry.origin]),
    ),
    h("td", { "data-label": words.expected }, code(entry.expected ?? "")),
    h("td", { "data-label": words.got }, code(gotOf(entry))),
  );
  return trace ? [result, h("tr", { class: "example-trace" }, h("td", { colspan: 3 }, trace))] : [result];
}

/**
 * A value, an error, or why there is neither.
 * @param {ExampleEntry} entry
 */
function gotOf(entry) {
  return entry.got || entry.error || entry.evidence || words.nothing;
}

/** @param {ExampleEntry} entry */
function traceOf({ traceback = [], locals = {} }) {
  const values = Object.entries(locals).map(([name, value]) => `${name} = ${value}`);
  const lines = [...traceback, ...values];
  if (!lines.length) return null;
  const body = h(
    "pre",
    { class: "evidence", tabindex: 0, role: "group", "aria-label": words.trace },
    reveal(lines.join("\n")),
  );
  return h("details", {}, h("summary", {}, words.trace), body);
}

/** @param {string} text whole in the tooltip where it is long */
function code(text) {
  const whole = reveal(text);
  if (whole.length <= SHOWN) return h("code", {}, whole);
  return h("code", { title: whole }, `${whole.slice(0, SHOWN)} …`);
}
