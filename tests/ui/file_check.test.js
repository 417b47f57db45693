import assert from "node:assert/strict";
import { test } from "node:test";
import { FileCheck } from "../../ui/js/control/file_check.js";
import {
  findingsOf,
  lacksOf,
  levelOf,
  restoreFiles,
  resultsOf,
  sameFiles,
} from "../../ui/js/model/checked.js";
import { byLevel } from "../../ui/js/model/findings.js";

const checkOf = (name, status, evidence = "") => ({
  name,
  status,
  ms: 1,
  evidence,
});
const fileOf = (path, level, checks, findings = []) => ({
  path,
  language: "python",
  sha256: "",
  level,
  checks,
  findings,
});
const finding = (level, line, source = "security") => ({
  id: "1",
  rule: "r",
  level,
  severity: "major",
  source,
  line,
  message: "m",
});

/** Answers when the test says so. */
class Asked {
  asked = [];

  check(files, signal) {
    return new Promise((resolve, reject) =>
      this.asked.push({ files, signal, resolve, reject }),
    );
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("files are the same by their content, whatever their order", () => {
  const [a, b] = [
    { path: "a.py", content: "1" },
    { path: "b.py", content: "2" },
  ];
  assert.ok(sameFiles([a, b], [b, { ...a }]));
  assert.ok(!sameFiles([a], [a, b]));
  assert.ok(!sameFiles([a, b], [a, { ...b, content: "3" }]));
  assert.ok(!sameFiles([a], [{ ...a, path: "c.py" }]));
});

test("what was stored comes back, and nothing where it is broken", () => {
  const empty = { files: [], pasted: { name: "", content: "" } };
  const files = [{ name: "a.py", content: "1" }];
  assert.deepEqual(restoreFiles(null), empty);
  assert.deepEqual(restoreFiles("{"), empty);
  assert.deepEqual(restoreFiles(JSON.stringify({ files })), {
    ...empty,
    files,
  });
});

test("evidence is told once: by the findings, or by what was executed", () => {
  const checks = [
    checkOf("security", "fail", "a.py:3: bad"),
    checkOf("lint", "fail", "the check itself failed: gone"),
    checkOf("examples", "fail", "f(1) gave 2"),
    checkOf("tests", "skipped", "no test file was given"),
  ];
  const findings = [
    finding("ask", null, "examples"),
    finding("block", 3),
    finding("block", 9),
  ];
  const file = fileOf("a.py", "block", checks, findings);
  assert.deepEqual(
    resultsOf(file).map((r) => [r.required, r.evidence, r.reason]),
    [
      [true, "", ""],
      [false, "the check itself failed: gone", ""],
      [true, "f(1) gave 2", ""],
      [true, "", "no test file was given"],
    ],
  );
  const [group, ...others] = byLevel(findingsOf(file));
  assert.deepEqual(
    [
      group.level,
      group.findings.map((f) => `${f.path}:${f.line} ${f.text} ${f.fix}`),
    ],
    ["block", ["a.py:3 m ", "a.py:9 m "]],
  );
  assert.deepEqual(others, []);
});

test("what is lacking is named by check, or by the file that nothing vouches for", () => {
  const ran = [checkOf("syntax", "pass"), checkOf("examples", "pass")];
  const idle = [
    checkOf("syntax", "pass"),
    checkOf("examples", "skipped", "no example was given"),
  ];
  const bad = [checkOf("security", "fail"), checkOf("lint", "fail")];
  const lacks = (verdict, ...files) => lacksOf({ files, verdict });
  assert.deepEqual(lacks("verified", fileOf("a.py", "ok", ran)), []);
  assert.deepEqual(
    lacks("checked", fileOf("a.py", "ok", ran), fileOf("b.py", "badge", idle)),
    [{ kind: "not_executed", names: ["b.py"] }],
  );
  assert.deepEqual(
    lacks(
      "not_verified",
      fileOf("a.py", "block", bad),
      fileOf("b.py", "ok", ran),
    ),
    [
      { kind: "blocked", names: [] },
      { kind: "failed", names: ["security"] },
    ],
  );
  assert.deepEqual(lacks("not_verified", fileOf("a.bin", "ask", [])), [
    { kind: "nothing_ran", names: [] },
  ]);
  assert.equal(
    levelOf({
      files: [fileOf("a", "badge", []), fileOf("b", "ask", [])],
      verdict: "checked",
    }),
    "ask",
  );
});

test("the answer of a check that was given up changes nothing, however late it comes", async () => {
  const api = new Asked();
  const check = new FileCheck(api);
  const [old, newer] = [
    [{ path: "old.py", content: "" }],
    [{ path: "new.py", content: "" }],
  ];
  const first = check.check(old);
  const second = check.check(newer);
  assert.ok(api.asked[0].signal.aborted);
  api.asked[0].resolve({ files: [], verdict: "verified" });
  await first;
  assert.equal(check.outcome.value, null);
  assert.equal(check.running.value, 1);
  api.asked[1].resolve({ files: [], verdict: "checked" });
  await second;
  assert.deepEqual(check.outcome.value, {
    files: newer,
    reply: { files: [], verdict: "checked" },
  });
  assert.equal(check.running.value, 0);

  const third = check.check(old);
  check.abandon();
  api.asked[2].reject(new Error("aborted"));
  await third;
  await settled();
  assert.equal(check.outcome.value.files, newer);
  assert.equal(check.running.value, 0);
});

test("a check that fails is over, and what was known before stays", async () => {
  const api = new Asked();
  const check = new FileCheck(api);
  const checking = check.check([{ path: "a.py", content: "" }]);
  api.asked[0].reject(new Error("refused"));
  await assert.rejects(checking, /refused/);
  assert.deepEqual([check.outcome.value, check.running.value], [null, 0]);
});
