import assert from "node:assert/strict";
import { test } from "node:test";
import { failedChecks, newest, verdictOf } from "../../ui/js/model/report.js";
import { result } from "./events.js";

const examples = (passed, executed, more = {}) => result({ name: "examples", passed, executed, ...more });

test("verified needs an example that was executed", () => {
  assert.equal(verdictOf([result(), examples(2, 2)], true), "verified");
  assert.equal(verdictOf([result()], true), "checked");
});

test("an example that fails keeps a version from being verified", () => {
  assert.equal(verdictOf([result(), examples(1, 2, { required: false, status: "fail" })], true), "checked");
  assert.equal(verdictOf([result(), examples(1, 2, { status: "fail" })], true), "not_verified");
});

test("nothing that was required ran", () => {
  assert.equal(verdictOf([], true), "not_verified");
  assert.equal(
    verdictOf([result({ status: "skipped" }), examples(1, 1, { required: false })], true),
    "not_verified",
  );
});

test("without safety checks nothing is verified", () => {
  assert.equal(verdictOf([result(), examples(2, 2)], false), "checked");
});

test("a check that came again replaces the earlier one", () => {
  const checks = [result({ status: "fail" }), examples(1, 1), result()].map((r) => ({
    artifact_hash: "h",
    result: r,
  }));
  assert.deepEqual(
    newest(checks).map((r) => [r.name, r.status]),
    [
      ["syntax", "pass"],
      ["examples", "pass"],
    ],
  );
});

test("only required checks are named as failed", () => {
  assert.deepEqual(
    failedChecks([result({ status: "fail" }), result({ name: "x", status: "fail", required: false })]),
    ["syntax"],
  );
});
