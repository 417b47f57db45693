// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const FOLDER = new URL("../../ui/js/", import.meta.url);
/** Words for people are children of elements, or stand in attributes that are read out or shown. */
const CHILD = /\bh\([^()]*\}, "([^"]*[a-z]{2}[^"]*)"/g;
const ATTRIBUTE =
  /(?:"aria-label"|title|placeholder|alt|"aria-description"): (?:"|`)([^"`$]*[a-z]{2}[^"`]*)/g;
const ASSIGNED = /\.(?:textContent|title|placeholder|ariaLabel) = (?:"|`)([^"`$]*[a-z]{2}[^"`]*)/g;
const NAMED = /\b(?:button\(|iconButton\("\w+", )"([^"]*[a-z]{2}[^"]*)"/g;
/\b(?:button|iconButton)\((?:"[a-z]+", )?"([^"]*[A-Z][a-z]+[^"]*)"/g;
/** Keys have the same name everywhere. */
const KEYS = /^(Ctrl|Enter|Esc|Shift|Alt|[+.?A-Z ])+$/;

/** @param {string} source */
const wordsIn = (source) =>
  [CHILD, ATTRIBUTE, ASSIGNED, NAMED]
    .flatMap((pattern) => [...source.matchAll(pattern)].map(([, word]) => word))
    .filter((word) => !KEYS.test(word));

test("no words for people stand outside of the strings", () => {
  const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const sources = files.filter((name) => name.endsWith(".js") && !/^strings[/\\]/.test(name));
  assert.ok(sources.length > 50);
  for (const name of sources)
    assert.deepEqual(wordsIn(readFileSync(new URL(name, FOLDER), "utf8")), [], name);
});

test("what the search would find", () => {
  assert.deepEqual(wordsIn('h("p", { class: "hint" }, "No sessions")'), ["No sessions"]);
  assert.deepEqual(wordsIn('h("input", { "aria-label": "Search" })'), ["Search"]);
  assert.deepEqual(wordsIn('this.#title.textContent = "Loading"; stop.title = "Ctrl+.";'), ["Loading"]);
  assert.deepEqual(wordsIn('button("Save", run); iconButton("cross", "Close", run)'), ["Save", "Close"]);
});
