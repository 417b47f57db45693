import assert from "node:assert/strict";
import { test } from "node:test";
import { draftProblems } from "../../ui/js/elements/draft_problems.js";
import { emptyDraft, nextDraft, restoreDraft } from "../../ui/js/model/draft.js";
import {
  exampleTexts,
  incompleteRow,
  isAbout,
  parseExamples,
  rowNamed,
  rowOf,
} from "../../ui/js/model/examples.js";

const sound = { ...emptyDraft(), requirements: "Write a function." };

test("a sound draft has no problems", () => {
  assert.deepEqual(draftProblems(sound), []);
});

test("each bound is named at its field", () => {
  const fieldOf = (more) => draftProblems({ ...sound, ...more }).map((p) => p.field);
  assert.deepEqual(fieldOf({ requirements: "  short   " }), ["requirements"]);
  assert.deepEqual(fieldOf({ requirements: "x".repeat(20_001) }), ["requirements"]);
  assert.deepEqual(fieldOf({ rounds: 11 }), ["max_iterations"]);
  assert.deepEqual(fieldOf({ rounds: 1.5 }), ["max_iterations"]);
  assert.deepEqual(fieldOf({ examples: [{ call: "f(1)", expected: "" }] }), ["examples"]);
  assert.deepEqual(fieldOf({ examples: Array(51).fill({ call: "f(1)", expected: "1" }) }), ["examples"]);
  assert.deepEqual(fieldOf({ tests: Array(11).fill({ name: "a", content: "" }) }), ["tests"]);
  assert.deepEqual(fieldOf({ agents: { code_generator: { temperature: 2.5 } } }), ["agents.code_generator"]);
  assert.deepEqual(fieldOf({ agents: { code_generator: { model: "a:b", temperature: 0 } } }), []);
  assert.deepEqual(fieldOf({ context: [{ name: "a", content: "x".repeat(200_001) }] }), ["context"]);
});

test("rows become examples; empty ones are left out", () => {
  const rows = [
    { call: " f(2) ", expected: "4" },
    { call: "", expected: " " },
  ];
  assert.deepEqual(exampleTexts(rows), ["f(2) == 4"]);
  assert.equal(incompleteRow(rows), -1);
  assert.equal(incompleteRow([...rows, { call: "", expected: "1" }]), 2);
});

test("pasted lines become rows, unless one is no example", () => {
  assert.deepEqual(parseExamples("f(2) == 4\n\ng('==') == '=='\n"), [
    { call: "f(2)", expected: "4" },
    { call: "g('==')", expected: "'=='" },
  ]);
  assert.equal(parseExamples("f(2) == 4\nprose"), null);
});

test("a broken draft counts as none", () => {
  assert.deepEqual(restoreDraft("{not json"), emptyDraft());
  assert.equal(restoreDraft('{"rounds": 5}').rounds, 5);
  assert.equal(restoreDraft(null, { language: "go" }).language, "go");
});

test("after a start the choices stay and the rest is gone", () => {
  const chosen = { language: "go", provider: "ollama", model: "m", rounds: 5 };
  const written = { ...sound, ...chosen, tests: [{ name: "a", content: "" }], agents: { code_generator: {} } };
  assert.deepEqual(nextDraft(written), { ...emptyDraft(), ...chosen });
});

test("a draft of an earlier version lacks nothing", () => {
  assert.deepEqual(restoreDraft('{"requirements": "x"}').agents, {});
});

test("an example that was found can be edited, and then counts instead", () => {
  const found = { text: ">>> f('a')\n1", call: "f('a')", expected: "1", raises: null };
  assert.deepEqual(rowOf(found), { call: "f('a')", expected: "1" });
  assert.ok(isAbout({ call: 'f( "a" )', expected: "2" }, found));
  assert.ok(!isAbout({ call: "f('b')", expected: "1" }, found));
  const raising = rowOf({ text: "", call: "f(-1)", expected: null, raises: "ValueError" });
  assert.deepEqual(exampleTexts([raising]), ["f(-1) raises ValueError"]);
});

test("the row is found that the server's words are about", () => {
  const rows = [
    { call: "", expected: "" },
    { call: "f(1)", expected: "1" },
    { call: "f('a')", expected: "4 +" },
  ];
  assert.equal(rowNamed(rows, `The example "f('a') == 4 +" is not understood.`), 2);
  assert.equal(rowNamed(rows, "Something else."), -1);
});
