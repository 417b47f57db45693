// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { reveal } from "../../ui/js/helpers/reveal.js";

test("what reorders, hides or shows nothing is written out", () => {
  assert.equal(reveal("a\u202eb\u2066\u001b[31mc"), "a[U+202E]b[U+2066][U+001B][31mc");
  assert.equal(reveal("go\u200d\u3164ogle\u{e0041}"), "go[U+200D][U+3164]ogle[U+E0041]");
});

test("text of other scripts stays as it is", () => {
  for (const text of [
    "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "\u{1f469}\u200d\u{1f4bb}",
    "\u4e2d\u6587\tand\nmore",
  ])
    assert.equal(reveal(text), text);
});
