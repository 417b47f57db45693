import assert from "node:assert/strict";
import { test } from "node:test";
import * as calls from "../../ui/js/model/calls.js";
import { liveRate } from "../../ui/js/model/facts.js";
import { fold } from "../../ui/js/model/projection.js";
import { costWords, usageWords } from "../../ui/js/render/figures.js";
import { sessionLog } from "./events.js";

function runOf(make) {
  return [...fold(make(sessionLog())).values()][0];
}

const created = (e) => e("run.created", { turn: null, data: { max_iterations: 3 } });
const begun = (e, more = {}) =>
  e("note", { data: { kind: "call", prompt_tokens: 1000, window: 4096, window_kind: "served", ...more } });
const usage = (more = {}) => ({
  prompt_tokens: 1000,
  completion_tokens: 24,
  estimated: false,
  first_token_ms: 500,
  prompt_ms: 400,
  total_ms: 2500,
  window: 4096,
  window_kind: "served",
  cost: null,
  ...more,
});
const price = (more = {}) => ({
  amount: 0.01,
  currency: "USD",
  as_of: "2026-11",
  source: "https://p.example",
  at_most: false,
  cached_known: true,
  ...more,
});

test("the gauge is estimated while a call goes on, and exact once its usage is told", () => {
  const live = runOf((e) => [e("turn.started"), begun(e), e("message.delta", { message: "x".repeat(35) })]);
  assert.deepEqual(calls.gaugeOf(live), { used: 1010, window: 4096, served: true, estimated: true });
  const done = runOf((e) => [e("turn.started"), begun(e), e("usage.recorded", { data: usage() })]);
  assert.deepEqual(calls.gaugeOf(done), { used: 1024, window: 4096, served: true, estimated: false });
  const unknown = runOf((e) => [e("turn.started"), begun(e, { window: null })]);
  assert.equal(calls.gaugeOf(unknown), null);
});

test("a window that only the settings name is no served one", () => {
  const run = runOf((e) => [
    e("turn.started"),
    e("usage.recorded", { data: usage({ window_kind: "documented" }) }),
  ]);
  assert.equal(calls.gaugeOf(run)?.served, false);
});

test("only the call that goes on counts for the speed of now", () => {
  const turn = runOf((e) => [
    e("turn.started"),
    begun(e),
    e("message.delta", { message: "x".repeat(700) }),
    e("usage.recorded", { data: usage() }),
    begun(e),
    e("message.delta", { message: "y".repeat(70) }),
  ]).turns.get(1);
  const first = Date.parse(turn.call.firstPiece);
  assert.equal(liveRate(turn, first + 2000), 10);
  assert.deepEqual(calls.firstTokenOf(turn), { ms: 1000, estimated: true });
});

test("the first token is told exactly afterwards", () => {
  const turn = runOf((e) => [e("turn.started"), begun(e), e("usage.recorded", { data: usage() })]).turns.get(1);
  assert.deepEqual(calls.firstTokenOf(turn), { ms: 500, estimated: false });
  assert.equal(calls.promptTimeOf(turn.usage), 400);
  assert.equal(calls.promptTimeOf([usage({ prompt_ms: null })]), null);
});

test("a cost is summed, and what has no price is said", () => {
  assert.equal(calls.costOf([usage()]), null);
  const cost = calls.costOf([usage({ cost: price() }), usage({ cost: price() }), usage({ cost: { amount: null } })]);
  assert.equal(cost?.amount, 0.02);
  assert.equal(cost?.unknown, 1);
  assert.equal(costWords(cost).text, "$0.0200 + 1 call without a known price");
  assert.match(costWords(cost).title, /p\.example \(2026-11\)/);
  assert.equal(costWords(calls.costOf([usage({ cost: { amount: null } })])).text, "price unknown");
  const rough = calls.costOf([usage({ cost: price({ at_most: true, cached_known: false }) })]);
  assert.equal(costWords(rough).text, "≤ ≈ $0.0100");
});

test("a line of usage tells everything that is known", () => {
  assert.equal(
    usageWords([usage({ cached_tokens: 640, cost: price({ amount: 1.5 }) })]),
    "1,000 tokens in, 24 out · 640 cached · 12 tokens/s · first token 500 ms · prompt 400 ms · 25 % of context · $1.50",
  );
  const least = usage({ first_token_ms: null, prompt_ms: null, window: null, estimated: true });
  assert.equal(usageWords([least]), "≈ 1,000 tokens in, 24 out");
});

test("time left is what the round and the rounds after it may still take", () => {
  const run = runOf((e) => [created(e), e("turn.started", { data: { round: 1 } })]);
  const start = Date.parse(run.turns.get(1).started.ts);
  const forecast = { round_seconds: [20, 40], max_seconds: 900 };
  assert.deepEqual(calls.timeLeft(run, forecast, start + 10_000), [10, 110]);
  assert.deepEqual(calls.timeLeft(run, forecast, start + 60_000), [0, 80]);
  assert.deepEqual(calls.timeLeft(run, { ...forecast, max_seconds: 30 }, start + 10_000), [10, 20]);
  assert.equal(calls.timeLeft(run, { ...forecast, round_seconds: null }, start), null);
  assert.equal(calls.timeLeft(run, null, start), null);
  const over = runOf((e) => [created(e), e("turn.started"), e("gate.opened")]);
  assert.equal(calls.timeLeft(over, forecast, start), null);
});
