import assert from "node:assert/strict";
import { test } from "node:test";
import { reveal } from "../../ui/js/helpers/reveal.js";
import { hashOf, sessionInHash, tokenInHash } from "../../ui/js/helpers/route.js";
import { byAge, toneOf } from "../../ui/js/model/sessions.js";

test("sessions stand by day", () => {
  const now = new Date(2026, 4, 20, 12);
  const row = (day, hour) => ({ updated: new Date(2026, 4, day, hour).toISOString() });
  const rows = [row(20, 1), row(19, 23), row(16, 5), row(1, 5)];
  assert.deepEqual(
    byAge(rows, now).map((g) => [g.age, g.rows.length]),
    [
      ["today", 1],
      ["yesterday", 1],
      ["week", 1],
      ["older", 1],
    ],
  );
});

test("an approved session shows whether it was verified", () => {
  assert.equal(toneOf({ status: "approved", verdict: "verified" }), "good");
  assert.equal(toneOf({ status: "approved", verdict: "not_verified" }), "doubtful");
  assert.equal(toneOf({ status: "waiting", verdict: null }), "waiting");
});

test("what hides or reorders text is written out", () => {
  assert.equal(
    reveal("a\u202eb\u2066c\u200bd\ufeffe\u001b[31m"),
    "a[U+202E]b[U+2066]c[U+200B]d[U+FEFF]e[U+001B][31m",
  );
  assert.equal(reveal("tab\tline\r\nשלום 你好 é 👩‍🔧"), "tab\tline\nשלום 你好 é 👩‍🔧");
});

test("the address names a session or holds the token", () => {
  assert.equal(sessionInHash(hashOf("abc123")), "abc123");
  assert.equal(sessionInHash("#/"), null);
  assert.equal(tokenInHash("#token=a-b_c"), "a-b_c");
  assert.equal(tokenInHash("#/s/abc"), null);
});
