import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fold } from "../../ui/js/model/projection.js";
import { sessionLog } from "./events.js";

const DEMO = new URL("data/demo.jsonl", import.meta.url);

function only(events) {
  return [...fold(events).values()][0];
}

test("a whole run", () => {
  const events = readFileSync(DEMO, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const run = only(events);
  assert.deepEqual(
    [...run.turns.values()].map((t) => t.agent),
    ["code_generator", "quality_checker", "code_optimizer", "user_proxy"],
  );
  assert.ok([...run.turns.values()].every((t) => t.complete && t.seconds !== null));
  assert.equal(run.gate, null);
  assert.equal(run.finished.data.verdict, "verified");
  assert.match(run.turns.get(2).text, /^Checks: syntax passed/);
});

test("pieces add up until the whole message replaces them", () => {
  const e = sessionLog();
  const events = [
    e("turn.started"),
    e("message.delta", { message: "ab" }),
    e("message.delta", { message: "c" }),
  ];
  assert.equal(only(events).turns.get(1).text, "abc");
  assert.equal(only(events).turns.get(1).complete, false);
  const turn = only([...events, e("message.completed", { message: "whole" })]).turns.get(1);
  assert.equal(turn.text, "whole");
  assert.ok(turn.complete);
});

test("an interrupted turn is told again under a higher epoch", () => {
  const e = sessionLog();
  const run = only([
    e("turn.started"),
    e("message.delta", { message: "lost" }),
    e("turn.started", { epoch: 2 }),
    e("message.delta", { message: "late piece of the dropped attempt" }),
    e("message.delta", { epoch: 2, message: "new" }),
  ]);
  assert.equal(run.turns.get(1).text, "new");
  assert.equal(run.turns.get(1).epoch, 2);
});

test("a turn told again drops the turns after it, the gate and the end", () => {
  const e = sessionLog();
  const told = [
    e("turn.started"),
    e("turn.started", { turn: 2 }),
    e("gate.opened", { turn: 2 }),
    e("run.finished", { turn: 2 }),
  ];
  assert.equal(only(told).gate, null);
  const run = only([...told, e("turn.started", { turn: 1, epoch: 2 })]);
  assert.deepEqual([...run.turns.keys()], [1]);
  assert.equal(run.finished, null);
});

test("a rewind keeps the turns up to the one it names", () => {
  const e = sessionLog();
  const run = only([
    e("turn.started"),
    e("turn.started", { turn: 2 }),
    e("turn.started", { turn: 3 }),
    e("gate.opened", { turn: 3 }),
    e("note", { turn: null, data: { rewind_to: 1 } }),
  ]);
  assert.deepEqual([...run.turns.keys()], [1]);
  assert.equal(run.gate, null);
  assert.equal(run.notes.length, 1);
});

test("a decision closes the gate and stays", () => {
  const e = sessionLog();
  const run = only([
    e("turn.started"),
    e("gate.opened"),
    e("gate.decided", { data: { decision: "revise" } }),
  ]);
  assert.equal(run.gate, null);
  assert.equal(run.decisions.length, 1);
});

test("an event about a turn that does not count changes nothing", () => {
  const e = sessionLog();
  const run = only([
    e("turn.started"),
    e("note", { turn: 2 }),
    e("note", { epoch: 0 }),
    e("note", { turn: null }),
  ]);
  assert.equal(run.turns.get(1).notes.length, 0);
  assert.equal(run.notes.length, 1);
});

test("runs of a session stand one after another", () => {
  const e = sessionLog();
  const runs = fold([e("run.created", { turn: null }), e("run.created", { turn: null, run_id: "r2" })]);
  assert.deepEqual([...runs.keys()], ["r1", "r2"]);
});
