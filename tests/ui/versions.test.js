import assert from "node:assert/strict";
import { test } from "node:test";
import { fold } from "../../ui/js/model/projection.js";
import { versionInFocus, versionsOf } from "../../ui/js/model/versions.js";
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
    e("turn.started", { turn: 3 }),
    checked(e, 3, "h2", { status: "fail" }),
    proposed(e, 3, 2, "h2", "artifact.rejected"),
  ]);
  assert.deepEqual(
    versions.map((v) => [v.version, v.verdict, v.kept, v.ready]),
    [
      [1, "verified", true, true],
      [2, "not_verified", false, false],
    ],
  );
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
  ]);
  assert.equal(versions[0].verdict, "checked");
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
