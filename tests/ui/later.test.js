// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { Later, retryOf } from "../../ui/js/net/later.js";
import { Problem } from "../../ui/js/net/problem.js";

test("a part is loaded once, however often it is wanted meanwhile", async () => {
  let loads = 0;
  const part = new Later(async () => ({ number: ++loads }));
  assert.equal(part.loaded, null);
  const [first, second] = await Promise.all([part.load(), part.load()]);
  assert.equal(first, second);
  assert.equal(part.loaded, first);
  assert.equal(await part.load(), first);
  assert.equal(loads, 1);
});

test("a failure is told as a problem that may pass, and the next call tries anew", async () => {
  const cause = new TypeError("Failed to fetch dynamically imported module");
  const answers = [Promise.reject(cause), Promise.resolve("here")];
  const part = new Later(() => /** @type {Promise<string>} */ (answers.shift()));
  await assert.rejects(part.load(), (error) => {
    assert.ok(error instanceof Problem);
    assert.equal(error.cause, cause);
    return error.retryable && error.message !== "" && error.hint !== "";
  });
  assert.equal(part.loaded, null);
  assert.equal(await part.load(), "here");
  assert.equal(part.loaded, "here");
});

test("who tries again after a second failure gets the whole page anew", async () => {
  const missing = () => Promise.reject(new TypeError("error loading dynamically imported module"));
  const part = new Later(missing);
  /** @type {string[]} */
  const done = [];
  Object.assign(globalThis, { location: { reload: () => done.push("reloaded") } });
  for (const tried of ["again", "reloaded", "reloaded"]) {
    const error = await part.load().catch((/** @type {unknown} */ raised) => raised);
    retryOf(error, () => done.push("again"))();
    assert.equal(done.at(-1), tried);
  }
  retryOf(new Problem({ kind: "internal", message: "no" }, 500), () => done.push("again"))();
  assert.equal(done.at(-1), "again");
});

test("what a part raises itself is not taken for a failed load", async () => {
  for (const mistake of [new ReferenceError("x is not defined"), new TypeError("x is not a function")]) {
    const part = new Later(() => Promise.reject(mistake));
    await assert.rejects(part.load(), (error) => error === mistake);
  }
});
