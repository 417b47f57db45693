// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { firstRunOf, isNeeded } from "../../ui/js/model/first_run.js";
import { jobOf, milestoneOf, percentOf } from "../../ui/js/model/pull_jobs.js";

const fits = (verdict) => ({
  verdict,
  needed: 2,
  weights: 1,
  cache: 1,
  work: 0,
  window: 8192,
  free: 3,
  most: 4,
});
const model = (provider, name, more = {}) => ({
  provider,
  name,
  installed: false,
  size_bytes: 1e9,
  context_length: 32768,
  window: 32768,
  fit: fits("yes"),
  speed: null,
  note: "",
  ...more,
});
const library = (models, more = {}) => ({
  machine: { online: true },
  models,
  engines: [{ provider: "builtin", running: false }],
  automatic: null,
  may_change: true,
  ...more,
});
const job = (more = {}) => ({
  id: "1",
  provider: "builtin",
  model: "small",
  state: "pulling",
  bytes_done: 30,
  bytes_total: 100,
  rate: 1,
  eta_seconds: 70,
  source: "",
  probe: true,
  probed: null,
  problem: null,
  ...more,
});

test("nothing is needed where a run would start at once, or for who may not change the models", () => {
  const ready = { provider: "ollama", model: "m", why: "", installed: true };
  assert.equal(isNeeded(null, []), false);
  assert.equal(isNeeded(library([], { automatic: ready }), []), false);
  assert.equal(isNeeded(library([]), []), true);
  assert.equal(
    isNeeded(library([], { automatic: { ...ready, installed: false } }), []),
    true,
  );
  assert.equal(isNeeded(library([], { may_change: false }), []), false);
});

test("a job that was begun here keeps the place until it has ended well", () => {
  const ready = library([], {
    automatic: { provider: "o", model: "m", why: "", installed: true },
  });
  assert.equal(isNeeded(ready, [job({ state: "trying" })]), true);
  assert.equal(isNeeded(ready, [job({ state: "failed" })]), true);
  assert.equal(isNeeded(ready, [job({ state: "done" })]), false);
  assert.equal(isNeeded(ready, [job({ probe: false })]), false);
});

test("the built-in model is recommended, the smaller one where only that fits", () => {
  const large = model("builtin", "large", { size_bytes: 2e9 });
  const small = model("builtin", "small");
  const both = firstRunOf(library([large, small]), [], []);
  assert.deepEqual(both.recommended, { kind: "pull", model: large });
  const tooLarge = { ...large, fit: fits("no") };
  assert.deepEqual(firstRunOf(library([tooLarge, small]), [], []).recommended, {
    kind: "pull",
    model: small,
  });
});

test("Ollama's own model comes first, and a stopped Ollama can be started", () => {
  const engines = [{ provider: "ollama", running: true }];
  const own = model("ollama", "qwen:7b", { installed: true });
  const running = firstRunOf(
    library([own, model("builtin", "b")], { engines }),
    [],
    [],
  );
  assert.deepEqual(running.recommended, { kind: "use", model: own });
  assert.equal(running.ollama, "running");
  const stopped = firstRunOf(
    library([], { engines: [{ provider: "ollama", running: false }] }),
    [],
    [],
  );
  assert.deepEqual(stopped.recommended, { kind: "start", provider: "ollama" });
});

test("of Ollama's suggestions the largest that fits is offered", () => {
  const offers = [
    model("ollama", "3b", { size_bytes: 2e9 }),
    model("ollama", "7b", { size_bytes: 4.7e9 }),
    model("ollama", "14b", { size_bytes: 9e9 }),
  ];
  const engines = [{ provider: "ollama", running: true }];
  const { recommended, ollama } = firstRunOf(
    library(offers, { engines }),
    [],
    [],
  );
  assert.deepEqual(recommended, { kind: "pull", model: offers[1] });
  assert.equal(ollama, "no_models");
});

test("how far a job is, and what of it is worth saying", () => {
  assert.equal(percentOf(job()), 30);
  assert.equal(percentOf(job({ bytes_total: 0 })), null);
  assert.equal(percentOf(job({ state: "trying" })), null);
  assert.equal(milestoneOf(job()), milestoneOf(job({ bytes_done: 49 })));
  assert.notEqual(milestoneOf(job()), milestoneOf(job({ bytes_done: 50 })));
  assert.notEqual(milestoneOf(job()), milestoneOf(job({ state: "failed" })));
  assert.equal(jobOf([job({ state: "done" })], "builtin", "small"), null);
  assert.equal(jobOf([job()], "builtin", "small")?.id, "1");
});
