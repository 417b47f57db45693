import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../ui/js/helpers/keeping.js";

/** A server whose answers the test gives. */
function server() {
  const asked = [];
  const post = (changes) =>
    new Promise((answer) => asked.push({ changes, answer }));
  return { asked, post };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("what changes during a request goes in the next one, only as it is by then", async () => {
  const { asked, post } = server();
  const outbox = new Outbox();
  outbox.open(post);
  outbox.put("draft", "a");
  const sent = outbox.send();
  outbox.put("draft", "ab");
  void outbox.send();
  outbox.put("draft", "abc");
  outbox.put("theme", null);
  void outbox.send();
  await settled();
  assert.deepEqual(
    asked.map(({ changes }) => changes),
    [{ draft: "a" }],
  );
  asked[0].answer(true);
  await sent;
  await settled();
  assert.deepEqual(asked[1].changes, { draft: "abc", theme: null });
  asked[1].answer(true);
  await settled();
  assert.equal(asked.length, 2);
  assert.equal(await outbox.send(), true);
});

test("what was not kept is sent again, unless it changed meanwhile", async () => {
  const { asked, post } = server();
  const outbox = new Outbox();
  outbox.open(post);
  outbox.put("draft", "a");
  outbox.put("theme", "dark");
  const sent = outbox.send();
  outbox.put("draft", "b");
  asked[0].answer(false);
  assert.equal(await sent, false);
  void outbox.send();
  await settled();
  assert.deepEqual(asked[1].changes, { draft: "b", theme: "dark" });
});

test("a page that goes does not wait, and before the server is known nothing goes", async () => {
  const { asked, post } = server();
  const outbox = new Outbox();
  outbox.put("draft", "a");
  assert.equal(await outbox.send(), false);
  outbox.open(post);
  void outbox.send();
  outbox.put("draft", "b");
  void outbox.send(true);
  assert.deepEqual(
    asked.map(({ changes }) => changes),
    [{ draft: "a" }, { draft: "b" }],
  );
});
