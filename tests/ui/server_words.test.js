// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { entryOf, translated } from "../../ui/js/render/server_words.js";
import { server } from "../../ui/js/strings/zh/server.js";

test("a name that a log gives is looked up among the table's own entries", () => {
  assert.equal(entryOf({ a: 1 }, "a"), 1);
  for (const name of ["constructor", "toString", "__proto__"]) assert.equal(entryOf(server.notes, name), undefined);
  assert.equal(translated("constructor"), "constructor");
});

test("a note can be told without the facts that an older program did not give", () => {
  for (const told of Object.values({ ...server.notes, ...server.headings })) {
    assert.match(told({}), /\p{Script=Han}/u);
    assert.doesNotMatch(told({}), /undefined|NaN/);
  }
});

test("notes are told from their facts", () => {
  assert.equal(server.headings.retry({ seconds: 2.04999 }), "2.05 秒后重试：");
  assert.match(server.notes.rewound({ rewind_to: 0 }), /起点/);
  assert.match(server.headings.examples({ examples: [], withdrawn: [] }), /没有/);
});
