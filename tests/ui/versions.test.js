import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../ui/js/model/projection.js";
import {
  decidable,
  decidedOn,
  offered,
  versionInFocus,
  versionNews,
  versionNumbers,
  versionsOf,
} from "../../ui/js/model/versions.js";
import { result, sessionLog } from "./events.js";

const FILES = [{ path: "a.py", bytes: 3, sha256: "f" }];

function proposed(e, turn, version, hash, type = "artifact.proposed") {
  return e(type, {
    turn,
    data: {
      artifact_hash: hash,
      files: FILES,
      version,
      reason: type === "artifact.rejected" ? "worse" : undefined,
    },
  });
}

function checked(e, turn, hash, more) {
  return e("check.completed", { turn, data: { artifact_hash: hash, result: result(more) } });
}

function ended(e, turn) {
  return e("turn.finished", { turn, data: { seconds: 1 } });
}

function folded(events) {
  const runs = [...fold(events).values()];
  return { runs, versions: versionsOf(runs) };
}

test("a version has the evidence bound to its hash, whoever checked it", () => {
  const e = sessionLog();
  const { versions } = folded([
    e("turn.started"),
    proposed(e, 1, 1, "h1"),
    e("turn.finished", { data: { seconds: 1 } }),
    e("turn.started", { turn: 2 }),
    checked(e, 2, "h1", { executed: 1, passed: 1 }),
    ended(e, 2),
    e("turn.started", { turn: 3 }),
    checked(e, 3, "h2", { status: "fail" }),
    proposed(e, 3, 2, "h2", "artifact.rejected"),
    ended(e, 3),
  ]);
  assert.deepEqual(
    versions.map((v) => [v.version, v.verdict, v.kept, v.ready]),
    [
      [1, "verified", true, true],
      [2, "not_verified", false, true],
    ],
  );
});

test("evidence counts once its turn has ended", () => {
  const e = sessionLog();
  const events = [e("turn.started"), proposed(e, 1, 1, "h1"), ended(e, 1), e("turn.started", { turn: 2 })];
  events.push(checked(e, 2, "h1", { executed: 1, passed: 1 }));
  const [before] = folded(events).versions;
  assert.deepEqual([before.verdict, before.results.length], ["unchecked", 1]);
  assert.equal(folded([...events, ended(e, 2)]).versions[0].verdict, "verified");
});

/** Three versions of one turn, all checked in the next; the last two were not kept. */
function several() {
  const e = sessionLog();
  return [
    e("turn.started"),
    ...[1, 2, 3].map((n) => proposed(e, 1, n, `h${n}`)),
    ended(e, 1),
    e("turn.started", { turn: 2, agent: "quality_checker" }),
    ...[1, 2, 3].map((n) => checked(e, 2, `h${n}`)),
    ...[2, 3].map((n) => proposed(e, 2, n, `h${n}`, "artifact.rejected")),
    ended(e, 2),
    e("gate.opened", { turn: 2, data: { gate_id: "g", artifact_hash: "h1" } }),
  ];
}

test("another version may be decided on instead of the one offered", () => {
  const { runs, versions } = folded(several());
  assert.deepEqual(
    versions.map((v) => [v.version, v.kept, v.reason, v.agent]),
    [
      [1, true, "", "code_generator"],
      [2, false, "worse", "code_generator"],
      [3, false, "worse", "code_generator"],
    ],
  );
  const [run] = runs;
  assert.equal(decidable(run, versions).length, 3);
  assert.equal(offered(run, versions).version, 1);
  assert.equal(decidedOn(run, versions, "").version, 1);
  assert.equal(decidedOn(run, versions, versions[2].key).version, 3);
  assert.equal(decidedOn(run, versions, "no such version").version, 1);
  assert.equal(versionInFocus(runs, versions, versions[2].key).version, 3);
});

test("what is not checked yet, or of another run, cannot be decided on", () => {
  const e = sessionLog();
  const events = [e("turn.started"), proposed(e, 1, 1, "h1"), ended(e, 1)];
  const gate = e("gate.opened", { turn: 1, data: { gate_id: "g", artifact_hash: "h1" } });
  const { runs, versions } = folded([...events, gate]);
  assert.deepEqual(decidable(runs[0], versions), []);
  const other = folded(several());
  assert.deepEqual(decidable({ ...other.runs[0], runId: "r2" }, other.versions), []);
  assert.deepEqual(decidable({ ...other.runs[0], gate: null }, other.versions), []);
});

test("of two versions with the same bytes the one that was kept is meant", () => {
  const e = sessionLog();
  const { runs, versions } = folded([
    e("turn.started"),
    proposed(e, 1, 1, "h"),
    proposed(e, 1, 2, "h", "artifact.rejected"),
    e("gate.opened", { data: { gate_id: "g", artifact_hash: "h" } }),
  ]);
  assert.equal(offered(runs[0], versions).version, 1);
  assert.deepEqual([...versionNumbers(runs[0])], [["h", 1]]);
});

test("a turn tells of its versions together", () => {
  const [first, second] = folded(several()).runs[0].turns.values();
  assert.deepEqual(versionNews(first.versions), [
    { kept: true, numbers: [1, 2, 3], paths: ["a.py"], reason: "" },
  ]);
  assert.deepEqual(versionNews(second.versions), [
    { kept: false, numbers: [2, 3], paths: ["a.py"], reason: "worse" },
  ]);
});

test("a version that nobody looked at yet is not called not verified", () => {
  const e = sessionLog();
  assert.equal(folded([e("turn.started"), proposed(e, 1, 1, "h1")]).versions[0].verdict, "unchecked");
});

test("with the safety checks off nothing is verified", () => {
  const e = sessionLog();
  const { versions } = folded([
    e("turn.started"),
    e("note", { data: { kind: "safety" } }),
    proposed(e, 1, 1, "h1"),
    checked(e, 1, "h1", { executed: 1, passed: 1 }),
    ended(e, 1),
  ]);
  assert.equal(versions[0].verdict, "checked");
  assert.deepEqual(
    versions[0].shortcomings.map((s) => s.kind),
    ["unsafe"],
  );
});

test("the gate's version is in focus, else the one the run ended with, else the newest kept", () => {
  const e = sessionLog();
  const events = [
    e("turn.started"),
    proposed(e, 1, 1, "h1"),
    proposed(e, 1, 2, "h2"),
    proposed(e, 1, 3, "h3", "artifact.rejected"),
  ];
  const focus = (more) => {
    const { runs, versions } = folded([...events, ...more]);
    return versionInFocus(runs, versions)?.version;
  };
  assert.equal(focus([]), 2);
  assert.equal(focus([e("gate.opened", { data: { artifact_hash: "h1", gate_id: "g" } })]), 1);
  assert.equal(focus([e("run.finished", { data: { artifact_hash: "h1" } })]), 1);
  assert.equal(versionInFocus([], []), null);
});
