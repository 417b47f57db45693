// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { figures, follows, headline } from "../../ui/js/model/exam.js";

/** @type {import("../../ui/js/model/exam.js").ExamResult} */
const RESULT = {
  digest: "sha256:abc",
  when: "2026-11-23T14:00:00Z",
  stale: false,
  seconds: 96,
  budget: 120,
  disturbed: false,
  speed: {
    prompt_rate: 51.2,
    answer_rate: 16.4,
    first_token_ms: 900,
    estimated: false,
  },
  full: { asked: 2, clean: 1, mended: 0, solved: 1 },
  plain: { asked: 2, clean: 2, mended: 0, solved: 2 },
  more: { asked: 0, clean: 0, mended: 0, solved: 0 },
  ability: { right: 3, of: 4 },
  repair: { right: 0, of: 2 },
  review: { right: 0, of: 0 },
  window: { claimed: 32768, tried: 1800, held: 1800, lost: null, cut: false },
  missing: { review: "budget" },
  advice: {
    candidates: 7,
    rounds: 2,
    repair_rounds: 0,
    plain: true,
    max_tokens: null,
    window: null,
    roles: { code_generator: true, code_optimizer: false },
  },
  best_for: ["code_generator"],
};

test("every part has its figure, and one that was not measured says why", () => {
  const found = Object.fromEntries(
    figures(RESULT).map((figure) => [figure.part, figure]),
  );
  assert.deepEqual(found.speed.value, "writes 16 tokens/s");
  assert.deepEqual(found.speed.notes, [
    "reads 51 tokens/s",
    "first piece after 900 ms",
  ]);
  assert.equal(found.format.value, "3 of 4");
  assert.deepEqual(found.format.notes, [
    "3 without mending",
    "all rules 1 of 2",
    "few words 2 of 2",
  ]);
  assert.deepEqual(found.window.notes, ["tried and held", "claimed 32,768"]);
  assert.deepEqual(
    [found.review.measured, found.review.value, found.repair.measured],
    [false, "not measured: out of time", true],
  );
});

test("a window that was cut says where its beginning was lost", () => {
  const window = {
    claimed: 32768,
    tried: 8000,
    held: 0,
    lost: 2048,
    cut: true,
  };
  const { value, notes } = figures({ ...RESULT, window })[4];
  assert.deepEqual(
    [value, ...notes],
    [
      "nothing held",
      "beginning lost at 2,048",
      "the prompt is cut without a word",
      "claimed 32,768",
    ],
  );
});

test("what follows is told in sentences, good and poor roles apart", () => {
  const told = follows(RESULT);
  assert.ok(told.includes("Up to 7 versions a round are drawn and run."));
  assert.ok(
    told.includes(
      "What fails is written afresh: showing it the failure does not help.",
    ),
  );
  assert.ok(
    told.includes("It is asked in few words, which it follows better."),
  );
  assert.ok(told.includes("Good as code_generator."));
  assert.ok(told.some((text) => text.startsWith("No help as code_optimizer.")));
  assert.ok(told.includes("The best examined model as code_generator."));
});

test("an exam that decides nothing tells nothing", () => {
  const advice = {
    candidates: null,
    rounds: null,
    repair_rounds: null,
    plain: null,
    max_tokens: null,
    window: null,
    roles: {},
  };
  assert.deepEqual(follows({ ...RESULT, advice, best_for: [] }), []);
});

test("the line that stands for the card leaves out what is not known", () => {
  assert.deepEqual(headline(RESULT), ["writes 16 tokens/s", "3 of 4 solved"]);
  const slow = { ...RESULT, speed: { ...RESULT.speed, answer_rate: 0.42 } };
  assert.equal(headline(slow)[0], "writes 0.4 tokens/s");
  const speed = { ...RESULT.speed, answer_rate: null };
  assert.deepEqual(
    headline({ ...RESULT, speed, missing: { ability: "budget" } }),
    [],
  );
});
