// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { SessionSearch } from "../../ui/js/control/session_search.js";

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("the same answer again is no news; another one is, and one to another question", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const answers = [
    { found: [], complete: false },
    { found: [], complete: false },
    { found: [], complete: true },
    { found: [], complete: true },
  ];
  const api = { search: async () => answers.shift() };
  const search = new SessionSearch(/** @type {any} */ (api));
  /** @type {string[]} */
  const drawn = [];
  search.state.watch((state) =>
    drawn.push(Array.isArray(state) ? `${search.query} ${search.complete}` : String(state)),
  );
  const wait = async (/** @type {number} */ ms) => {
    context.mock.timers.tick(ms);
    await settled();
  };
  search.search("add");
  await wait(150);
  assert.deepEqual(drawn, ["none", "searching", "add false"]);
  await wait(2000);
  await wait(150);
  assert.equal(answers.length, 2);
  assert.equal(drawn.length, 3);
  await wait(2000);
  await wait(150);
  assert.deepEqual(drawn.slice(3), ["add true"]);
  search.search("sub");
  await wait(150);
  assert.deepEqual(drawn.slice(4), ["sub true"]);
});
