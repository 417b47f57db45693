import assert from "node:assert/strict";
import { test } from "node:test";
import * as facts from "../../ui/js/model/facts.js";
import { fold } from "../../ui/js/model/projection.js";
import { sessionLog } from "./events.js";

function runOf(make) {
  return [...fold(make(sessionLog())).values()][0];
}

const created = (e) =>
  e("run.created", { turn: null, data: { max_iterations: 3, provider: "scripted", model: null } });

test("status follows the log", () => {
  const told = (more) => facts.statusOf(runOf((e) => [created(e), ...more(e)]));
  assert.equal(
    told(() => []),
    "queued",
  );
  assert.equal(
    told((e) => [e("turn.started")]),
    "running",
  );
  assert.equal(
    told((e) => [e("turn.started"), e("gate.opened")]),
    "waiting",
  );
  assert.equal(
    told((e) => [e("turn.started"), e("run.finished", { data: { status: "failed" } })]),
    "failed",
  );
});

test("a run that is taken up again is queued until its next turn", () => {
  const again = (e) => [
    created(e),
    e("turn.started"),
    e("run.finished", { data: { status: "cancelled" } }),
    e("note", { turn: null, message: "Run continued" }),
  ];
  assert.equal(facts.statusOf(runOf(again)), "queued");
  assert.equal(facts.statusOf(runOf((e) => [...again(e), e("turn.started", { epoch: 2 })])), "running");
});

test("a requested change grants the rounds anew", () => {
  const run = runOf((e) => [
    created(e),
    e("turn.started", { data: { round: 2 } }),
    e("gate.opened"),
    e("gate.decided", { data: { decision: "revise" } }),
  ]);
  assert.equal(facts.lastRound(run), 5);
});

test("user_proxy speaks by itself where no gate was decided before", () => {
  const proxy = { agent: "user_proxy", turn: 2 };
  const policy = runOf((e) => [e("turn.started"), e("turn.started", proxy)]);
  assert.ok(facts.spokeByItself(policy, policy.turns.get(2)));
  const user = runOf((e) => [
    e("turn.started"),
    e("gate.opened"),
    e("gate.decided"),
    e("turn.started", proxy),
  ]);
  assert.ok(!facts.spokeByItself(user, user.turns.get(2)));
});

test("tokens are those counted, and an estimate of what is being written", () => {
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    estimated: false,
    first_token_ms: 100,
    total_ms: 1100,
  };
  const done = runOf((e) => [
    e("turn.started"),
    e("usage.recorded", { data: usage }),
    e("message.completed", { message: "x" }),
  ]);
  assert.deepEqual(facts.tokensOf(done), { input: 100, output: 20, estimated: false });
  assert.equal(facts.sumUsage([usage]).rate, 20);
  const live = runOf((e) => [
    e("turn.started"),
    e("note", { data: { kind: "call", prompt_tokens: 40 } }),
    e("message.delta", { message: "x".repeat(35) }),
  ]);
  assert.deepEqual(facts.tokensOf(live), { input: 40, output: 10, estimated: true });
});

test("the time at a gate is not counted", () => {
  const run = runOf((e) => [
    e("turn.started"),
    e("turn.finished", { data: { seconds: 4 } }),
    e("gate.opened"),
  ]);
  assert.equal(facts.secondsOf(run, Date.parse("2030-01-01T00:00:00Z")), 4);
});

test("the model is that of the last turn with one", () => {
  const run = runOf((e) => [
    created(e),
    e("turn.started", { data: { provider: "ollama", model: "m" } }),
    e("turn.started", { turn: 2 }),
  ]);
  assert.deepEqual(facts.modelOf(run), { provider: "ollama", model: "m" });
  assert.deepEqual(facts.modelOf(runOf((e) => [created(e)])), { provider: "scripted", model: "" });
});
