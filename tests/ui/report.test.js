import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsAt, findingsByLevel, scanOf } from "../../ui/js/model/findings.js";
import { heldBySource } from "../../ui/js/model/proof.js";
import { failedChecks, newestReport, shortcomings, verdictOf } from "../../ui/js/model/report.js";
import { finding, result } from "./events.js";

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

const report = (results) => newestReport(results.map((r) => ({ artifact_hash: "h", result: r })));
const told = (results) => results.map((r) => [r.name, r.status]);

test("a check that came again begins a new report", () => {
  const first = [result({ status: "fail" }), examples(1, 1), examples(0, 1, { name: "proposed examples" })];
  assert.deepEqual(told(report([...first, result(), examples(1, 1)])), [
    ["syntax", "pass"],
    ["examples", "pass"],
  ]);
});

test("the comparison of versions is added to the report that stands", () => {
  const agreement = (status) => result({ name: "agreement", status, required: false });
  assert.deepEqual(told(report([result(), agreement("fail"), agreement("pass")])), [
    ["syntax", "pass"],
    ["agreement", "pass"],
  ]);
});

test("a report of an older session has every field", () => {
  const old = { ...result({ findings: [{ id: "x", rule: "r", path: "a" }] }) };
  delete old.data;
  delete old.sandbox;
  const [read] = report([old]);
  assert.deepEqual([read.data, read.sandbox, read.findings[0].level], [{}, "", "ok"]);
});

test("what blocks is never verified, whatever passed", () => {
  const blocked = result({ name: "security", findings: [finding({ level: "block" })] });
  assert.equal(verdictOf([blocked, examples(2, 2)], true), "not_verified");
  assert.deepEqual(shortcomings([blocked, examples(2, 2)], true), [{ kind: "blocked", names: [] }]);
});

test("what agents proposed vouches for nothing", () => {
  const proposed = examples(2, 2, { name: "proposed examples", required: false });
  assert.equal(verdictOf([result(), proposed], true), "checked");
  assert.deepEqual(shortcomings([result(), proposed], true), [{ kind: "only_proposed", names: [] }]);
});

test("every reason is named", () => {
  const kinds = (results, safe = true) => shortcomings(results, safe).map((s) => s.kind);
  assert.deepEqual(kinds([result(), examples(2, 2)]), []);
  assert.deepEqual(kinds([result()]), ["not_executed"]);
  assert.deepEqual(kinds([]), ["nothing_ran"]);
  assert.deepEqual(kinds([result(), examples(2, 2)], false), ["unsafe"]);
  const agreement = result({ name: "agreement", required: false, executed: 4, passed: 0 });
  assert.deepEqual(shortcomings([result(), examples(2, 2), agreement], true), [
    { kind: "disagrees", names: ["agreement"] },
  ]);
  assert.deepEqual(shortcomings([result({ status: "fail" })], true), [{ kind: "failed", names: ["syntax"] }]);
});

test("findings come heaviest first, each once, without those that the examples tell", () => {
  const ask = finding({ id: "a", level: "ask" });
  const results = [
    result({ findings: [finding({ id: "o" }), ask, ask] }),
    result({ name: "lint", findings: [finding({ id: "b", level: "block" })] }),
    examples(0, 1, { findings: [finding({ id: "e" })], data: { examples: [] } }),
  ];
  assert.deepEqual(
    findingsByLevel(results).map((group) => [group.level, group.findings.map((f) => f.id)]),
    [
      ["block", ["b"]],
      ["ask", ["a"]],
      ["ok", ["o"]],
    ],
  );
  assert.deepEqual(findingsAt(results, "ask"), [ask]);
});

test("engines are named only where the scan came to its end", () => {
  const data = { engines: { bandit: "1.8" }, capabilities: ["network"] };
  const security = result({ name: "security", data });
  assert.deepEqual(scanOf([security]), { engines: ["bandit 1.8"], capabilities: ["network"] });
  assert.equal(scanOf([{ ...security, status: "skipped" }]), null);
  assert.equal(scanOf([result()]), null);
});

test("what held is told by where it comes from", () => {
  const entries = [
    { origin: "user", ok: true },
    { origin: "user", ok: false },
    { origin: "requirements", ok: true },
  ];
  const results = [
    examples(2, 3, { data: { examples: entries } }),
    result({ name: "tests", executed: 5, passed: 5 }),
    examples(1, 1, { required: false, data: { examples: [{ origin: "proposed", ok: true }] } }),
  ];
  assert.deepEqual(heldBySource(results), { user: 1, requirements: 1, tests: 5 });
});

test("only required checks are named as failed", () => {
  assert.deepEqual(
    failedChecks([result({ status: "fail" }), result({ name: "x", status: "fail", required: false })]),
    ["syntax"],
  );
});
