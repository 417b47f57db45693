// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { WindowBridge } from "../../ui/js/net/window_bridge.js";

/** A bridge to a server that answers with what the test gives; an error is raised. */
function bridge(/** @type {(Error | null)[]} */ ...answers) {
  globalThis.document = /** @type {any} */ (new EventTarget());
  /** @type {[string, any][]} */
  const asked = [];
  const inWindow = async (/** @type {string} */ what, /** @type {object} */ body) => {
    asked.push([what, body]);
    const answer = answers.shift();
    if (answer) throw answer;
  };
  return { asked, made: new WindowBridge(/** @type {any} */ ({ inWindow }), () => undefined) };
}

test("the page is in the window once that has taken it, which is asked for until then", async () => {
  const { asked, made } = bridge(new Error("Too many requests"), null);
  await assert.rejects(made.enter());
  assert.equal(made.inside.value, false);
  await made.enter();
  assert.equal(made.inside.value, true);
  await made.enter();
  assert.equal(asked.length, 2);
});

test("a notification's title is cut to what the server takes, between characters", async () => {
  const { asked, made } = bridge();
  await made.notify("\u{1f600}".repeat(300), "Your decision is needed.", "0a");
  assert.equal(asked[0][1].title, "\u{1f600}".repeat(200));
});
