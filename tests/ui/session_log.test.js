import assert from "node:assert/strict";
import { test } from "node:test";
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
    ...Array.from({ length: 30 }, (_, i) => e("message.delta", { message: `${i} ` })),
  ];
  const log = new SessionLog("5e");
  for (const after of [0, 10, 5, 20, 31])
    for (const event of events.slice(Math.min(after, log.lastSeq))) log.take(event);
  assert.equal(log.newest.turns.get(1).text, Array.from({ length: 30 }, (_, i) => `${i} `).join(""));
});
