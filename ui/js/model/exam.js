// @ts-check
/**
 * What the exam of a model says, as the page shows it. Pure.
 *
 * @typedef {"speed" | "format" | "ability" | "repair" | "window" | "review"} Part
 * @typedef {{ right: number, of: number }} Score
 * @typedef {{ asked: number, clean: number, mended: number, solved: number }} Form
 * @typedef {{ prompt_rate: number | null, answer_rate: number | null, first_token_ms: number | null,
 *   estimated: boolean }} Speed
 * @typedef {{ claimed: number | null, tried: number, held: number, lost: number | null, cut: boolean }} Window
 * @typedef {{ candidates: number | null, rounds: number | null, repair_rounds: number | null,
 *   plain: boolean | null, max_tokens: number | null, window: number | null,
 *   roles: Record<string, boolean> }} Advice
 *
 * @typedef {object} ExamResult
 * @property {string} digest
 * @property {string} when
 * @property {boolean} stale
 * @property {number} seconds
 * @property {number} budget
 * @property {boolean} disturbed
 * @property {Speed} speed
 * @property {Form} full
 * @property {Form} plain
 * @property {Form} more
 * @property {Score} ability
 * @property {Score} repair
 * @property {Score} review
 * @property {Window} window
 * @property {Partial<Record<Part, "budget" | "no_sandbox" | "silent">>} missing
 * @property {Advice} advice
 * @property {string[]} best_for
 *
 * @typedef {object} ExamJob
 * @property {"running" | "done" | "failed" | "cancelled" | "interrupted"} state
 * @property {Part | ""} part
 * @property {string} title
 * @property {number} done
 * @property {number} of
 * @property {number | null} seconds_left
 * @property {{ kind: string, message: string, hint: string } | null} problem
 *
 * @typedef {{ provider: string, model: string, job: ExamJob | null, result: ExamResult | null,
 *   may_start: boolean }} ExamReply
 *
 * @typedef {object} Trial
 * @property {Part} part
 * @property {string} title
 * @property {string} prompt
 * @property {string} answer
 * @property {string} outcome
 * @property {boolean | null} right
 * @property {{ prompt_tokens: number, completion_tokens: number, total_ms: number }} usage
 */
import { count, milliseconds, rate } from "../helpers/format.js";
import { strings } from "../strings.js";

const words = strings.exam;

/** @type {Part[]} */
const PARTS = ["speed", "format", "ability", "repair", "window", "review"];

/**
 * One figure a part: the main thing, and what else is worth knowing.
 * @param {ExamResult} result
 * @returns {{ part: Part, value: string, notes: string[], measured: boolean }[]}
 */
export function figures(result) {
  return PARTS.map((part) => {
    const reason = result.missing[part];
    if (reason) return { part, value: words.missing[reason], notes: [], measured: false };
    const [value, ...notes] = TOLD[part](result);
    return { part, value, notes, measured: true };
  });
}

/** @type {Record<Part, (result: ExamResult) => string[]>} */
const TOLD = {
  speed: ({ speed }) =>
    [
      speed.answer_rate !== null && words.writes(words.tokens(rate(speed.answer_rate))),
      speed.prompt_rate !== null && words.reads(words.tokens(rate(speed.prompt_rate))),
      speed.first_token_ms !== null && words.first(milliseconds(speed.first_token_ms)),
      speed.estimated && words.estimated,
    ].filter((text) => typeof text === "string"),
  format: ({ full, plain }) => {
    const asked = full.asked + plain.asked;
    const clean = full.clean + plain.clean;
    return [
      words.outOf(clean + full.mended + plain.mended, asked),
      words.asIs(clean),
      ...(full.asked ? [words.full(readable(full))] : []),
      ...(plain.asked ? [words.plain(readable(plain))] : []),
    ];
  },
  ability: ({ ability }) => [words.outOf(ability.right, ability.of)],
  repair: ({ repair }) => [words.outOf(repair.right, repair.of)],
  review: ({ review }) => [words.outOf(review.right, review.of)],
  window: ({ window }) => [
    window.held ? words.tokens(count(window.held)) : words.noneHeld,
    ...(window.held ? [words.held] : []),
    ...(window.lost === null ? [] : [words.lost(count(window.lost))]),
    ...(window.cut ? [words.cut] : []),
    ...(window.claimed === null ? [] : [words.claimed(count(window.claimed))]),
  ],
};

/** @param {Form} form */
function readable(form) {
  return words.outOf(form.clean + form.mended, form.asked);
}

/**
 * What follows for runs, a sentence each.
 * @param {ExamResult} result
 */
export function follows({ advice, best_for: best }) {
  const named = (/** @type {boolean} */ fit) =>
    Object.keys(advice.roles).filter((agent) => advice.roles[agent] === fit);
  const told = [
    advice.candidates !== null && words.candidates(advice.candidates),
    advice.repair_rounds !== null &&
      (advice.repair_rounds ? words.shown(advice.repair_rounds) : words.afresh),
    advice.rounds !== null && words.rounds(advice.rounds),
    advice.plain !== null && (advice.plain ? words.few : words.all),
    advice.max_tokens !== null && words.maxTokens(count(advice.max_tokens)),
    advice.window !== null && words.window(count(advice.window)),
    named(true).length > 0 && words.good(named(true).join(words.and)),
    named(false).length > 0 && words.poor(named(false).join(words.and)),
    best.length > 0 && words.best(best.join(words.and)),
  ];
  return told.filter((text) => typeof text === "string");
}

/**
 * The few figures that stand in one line.
 * @param {ExamResult} result
 */
export function headline(result) {
  const { speed, ability, missing } = result;
  return [
    speed.answer_rate === null ? "" : words.writes(words.tokens(rate(speed.answer_rate))),
    missing.ability ? "" : words.solved(words.outOf(ability.right, ability.of)),
  ].filter(Boolean);
}
