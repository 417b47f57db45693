import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { spokeByItself } from "../../ui/js/model/facts.js";
import { fold } from "../../ui/js/model/projection.js";
import { SessionLog } from "../../ui/js/model/session_log.js";
import { sessionLog } from "./events.js";

test("an event counts once, in its place, and only in its session", () => {
  const e = sessionLog();
  const [first, second, third] = [
    e("turn.started"),
    e("message.delta", { message: "a" }),
    e("message.delta", { message: "b" }),
  ];
  const log = new SessionLog("5e");
  assert.equal(log.take(first), "taken");
  assert.equal(log.take(third), "gap");
  assert.equal(log.take(second), "taken");
  assert.equal(log.take(second), "known");
  assert.equal(log.take(third), "taken");
  assert.equal(log.take({ ...third, seq: 4, session_id: "other" }), "known");
  assert.equal(log.newest.turns.get(1).text, "ab");
  assert.equal(log.lastSeq, 3);
});

test("any order of arrival with repeats gives the same fold", () => {
  const e = sessionLog();
  const events = [
    e("turn.started"),
    ...Array.from({ length: 30 }, (_, i) =>
      e("message.delta", { message: `${i} ` }),
    ),
  ];
  const log = new SessionLog("5e");
  for (const after of [0, 10, 5, 20, 31])
    for (const event of events.slice(Math.min(after, log.lastSeq)))
      log.take(event);
  assert.equal(
    log.newest.turns.get(1).text,
    Array.from({ length: 30 }, (_, i) => `${i} `).join(""),
  );
});

const SPINE = [
  "run.created",
  "run.finished",
  "turn.started",
  "gate.opened",
  "gate.decided",
];
const demo = readFileSync(new URL("data/demo.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));
const session = demo[0].session_id;

/** The section of the demonstration's log from one event to another, with its spine. */
function section(first, last) {
  const spine = demo.filter(
    (event) => event.seq < first && SPINE.includes(event.type),
  );
  return { events: [...spine, ...demo.slice(first - 1, last)], first, last };
}

test("a log that is read backwards, however it is cut, and goes on is the whole log", () => {
  const starts = demo
    .filter((event) => event.type === "turn.started")
    .map((event) => event.seq);
  const whole = fold(demo);
  for (const cuts of [[], [3], [1, 3], [0, 1, 2, 3], [2]]) {
    for (const last of [starts.at(-1), 100, demo.length]) {
      const log = new SessionLog(session);
      const firsts = [1, ...cuts.map((cut) => starts[cut])]
        .filter((first) => first <= last)
        .reverse();
      let before = last + 1;
      for (const first of firsts) {
        log.takeSection(section(first, before - 1));
        assert.equal(log.whole, first === 1);
        assert.equal(log.lastSeq, last);
        before = first;
      }
      for (const event of demo) log.take(event);
      assert.deepEqual(log.runs, whole);
    }
  }
});

test("the end of a log knows the request, the rounds and the decisions before it", () => {
  const log = new SessionLog(session);
  const first = demo.findLast((event) => event.type === "turn.started").seq;
  log.takeSection(section(first, demo.length));
  const run = log.newest;
  assert.equal(run.created.seq, 1);
  assert.equal(run.decisions.length, 1);
  assert.equal(run.turns.size, 4);
  assert.equal(
    run.turns.get(4).text,
    fold(demo).get(run.runId).turns.get(4).text,
  );
  assert.equal(spokeByItself(run, run.turns.get(4)), false);
});
