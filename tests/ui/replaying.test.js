import assert from "node:assert/strict";
import { test } from "node:test";
import { nextMove, nextStep, stepsOf } from "../../ui/js/model/replaying.js";

const start = Date.parse("2026-01-01T00:00:00Z");
const event = (type, ms) => ({ type, ts: new Date(start + ms).toISOString() });
const EVENTS = [
  event("run.created", 0),
  event("turn.started", 100),
  event("message.delta", 110),
  event("message.delta", 112),
  event("turn.finished", 90_000),
  event("note", 90_000),
];

test("a step ends with a turn, a gate or a run, and at the end", () => {
  assert.deepEqual(stepsOf(EVENTS), [1, 5, 6]);
  assert.deepEqual(stepsOf(EVENTS.slice(0, 5)), [1, 5]);
  assert.deepEqual(
    [
      nextStep([1, 5, 6], 1, 1),
      nextStep([1, 5, 6], 6, 1),
      nextStep([1, 5, 6], 5, -1),
    ],
    [5, 6, 1],
  );
  assert.equal(nextStep([1, 5, 6], 1, -1), 0);
});

test("what came together is shown together, and nobody waits for long", () => {
  assert.deepEqual(nextMove(EVENTS, 0, 1), { to: 1, wait: 16 });
  assert.deepEqual(nextMove(EVENTS, 1, 1), { to: 4, wait: 100 });
  assert.equal(nextMove(EVENTS, 4, 1).wait, 1200);
  assert.equal(nextMove(EVENTS, 4, 16).to, 6);
  let at = 0;
  while (at < EVENTS.length) at = nextMove(EVENTS, at, 4).to;
  assert.equal(at, EVENTS.length);
});
