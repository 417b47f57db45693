// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { spanOf } from "../../ui/js/model/forecast.js";

test("a forecast is said no finer than it is known", () => {
  assert.deepEqual(spanOf(0, 0.3), { of: "halfMinute" });
  assert.deepEqual(spanOf(0.4, 0.9), { of: "minute" });
  assert.deepEqual(spanOf(0.6, 1.1), { of: "minutes", low: 0, high: 2 });
  assert.deepEqual(spanOf(2.2, 3.9), { of: "minutes", low: 2, high: 4 });
  assert.deepEqual(spanOf(3, 3), { of: "minutes", low: 3, high: 3 });
  assert.deepEqual(spanOf(70, 150), { of: "hours", low: 1, high: 3 });
});
