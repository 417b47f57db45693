import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterwards,
  forkObstacle,
  later,
  rewindObstacle,
} from "../../ui/js/model/steering.js";
import { fold } from "../../ui/js/model/projection.js";
import { stateOf } from "../../ui/js/model/sessions.js";

let seq = 0;
const event = (type, turn = null, data = {}, epoch = 1) => ({
  type,
  turn,
  data,
  epoch,
  seq: (seq += 1),
  run_id: "r",
  agent: "code_generator",
  message: "",
  ts: "2026-01-01T00:00:00Z",
});
const turn = (number, epoch = 1) => [
  event("turn.started", number, {}, epoch),
  event("turn.finished", number, { seconds: 1 }, epoch),
];
const run = (...events) => fold([event("run.created"), ...events]).get("r");

test("only finished turns, of a run that rests, and not where it stands", () => {
  const waiting = run(
    ...turn(1),
    ...turn(2),
    event("gate.opened", 2, { gate_id: "g" }),
  );
  assert.equal(rewindObstacle(waiting, 1, true), null);
  assert.equal(rewindObstacle(waiting, 1, false), "followed");
  assert.equal(rewindObstacle(waiting, 2, true), "newest");
  assert.equal(rewindObstacle(waiting, 9, true), "unfinished");
  const working = run(...turn(1), event("turn.started", 2));
  assert.equal(rewindObstacle(working, 1, true), "working");
  assert.equal(forkObstacle(working, 1), null);
  assert.equal(forkObstacle(working, 2), "unfinished");
  const decided = run(
    ...turn(1),
    event("run.finished", null, { status: "approved" }),
  );
  assert.equal(rewindObstacle(decided, 1, true), "ended");
});

test("what follows is said: the decision again, the agents, or nothing", () => {
  const asked = run(
    ...turn(1),
    ...turn(2),
    event("gate.opened", 2, {}),
    event("gate.decided", 2, {}),
    ...turn(3),
  );
  assert.equal(afterwards(asked, 2), "thenWaits");
  assert.equal(afterwards(asked, 1), "thenGoesOn");
  assert.deepEqual(later(asked, 1), [2, 3]);
  const over = run(
    ...turn(1),
    event("run.finished", null, { status: "rejected" }),
  );
  assert.equal(afterwards(over, 1), "thenIsOver");
});

test("turns that were rewound are kept beside the run, those told again are not", () => {
  const rewound = run(
    ...turn(1),
    ...turn(2),
    ...turn(3),
    event("note", null, { rewind_to: 1 }),
    ...turn(2, 2),
  );
  assert.deepEqual([...rewound.turns.keys()], [1, 2]);
  assert.deepEqual(
    rewound.superseded.map(({ turns }) =>
      turns.map((view) => [view.turn, view.epoch]),
    ),
    [
      [
        [2, 1],
        [3, 1],
      ],
    ],
  );
  const again = run(...turn(1), event("turn.started", 2), ...turn(2, 2));
  assert.deepEqual(again.superseded, []);
});

test("an approved session is called by its verdict", () => {
  const named = (status, verdict) => stateOf({ status, verdict }).name;
  assert.equal(named("approved", "verified"), "verified");
  assert.equal(named("approved", "not_verified"), "not_verified");
  assert.equal(named("approved", "checked"), "approved");
  assert.equal(named("waiting", "verified"), "waiting");
  assert.equal(named("failed", null), "failed");
});
