import assert from "node:assert/strict";
import { test } from "node:test";
import { codeParts, proseParts } from "../../ui/js/model/parts.js";

const paragraph = `${"word ".repeat(100)}\n\n`;

test("a short text is one part", () => {
  assert.deepEqual(proseParts(paragraph), [paragraph]);
  assert.deepEqual(codeParts(""), [""]);
});

test("a long text is cut between paragraphs, and nothing is lost", () => {
  const text = paragraph.repeat(100);
  const parts = proseParts(text);
  assert.equal(parts.join(""), text);
  assert.ok(parts.length > 3);
  assert.ok(
    parts.every((part) => part.length < 10_000 && part.endsWith("\n\n")),
  );
});

test("fenced code stays in one part as long as it is not huge", () => {
  const code = `\`\`\`\`python a.py\n${"x = 1\n\n```\n".repeat(1000)}\`\`\`\`\n`;
  const parts = proseParts(
    paragraph.repeat(14) + code + "\n" + paragraph.repeat(30),
  );
  assert.equal(parts.filter((part) => part.includes("x = 1")).length, 1);
  assert.ok(proseParts(code.repeat(20)).every((part) => part.length < 40_000));
});

test("code is cut where something begins that is not indented", () => {
  const text = "def f():\n    a = 1\n\n    return a\n\n".repeat(2000);
  const parts = codeParts(text);
  assert.equal(parts.join(""), text);
  assert.ok(parts.length > 3);
  assert.ok(parts.every((part) => part.startsWith("def f()")));
});
