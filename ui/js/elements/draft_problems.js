// @ts-check
import { count } from "../helpers/format.js";
import {
  MAX_CONTEXT,
  MAX_EXAMPLES,
  MAX_REQUIREMENTS,
  MAX_ROUNDS,
  MAX_TESTS,
  MIN_REQUIREMENTS,
  contextSize,
} from "../model/draft.js";
import { exampleTexts, incompleteRow } from "../model/examples.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../model/draft.js").Draft} Draft
 * @typedef {{ field: string, text: string, row?: number }} FieldProblem  field: as the server names it
 */

const words = strings.composer;

/**
 * What keeps a draft from being sent; the server has the same bounds.
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
export function draftProblems(draft) {
  return [
    ...requirementProblems(draft),
    ...roundProblems(draft),
    ...exampleProblems(draft),
    ...testProblems(draft),
    ...contextProblems(draft),
    ...agentProblems(draft),
  ];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function requirementProblems({ requirements }) {
  const { length } = requirements.trim();
  if (length < MIN_REQUIREMENTS) return [{ field: "requirements", text: words.tooShort(MIN_REQUIREMENTS) }];
  return length > MAX_REQUIREMENTS
    ? [{ field: "requirements", text: words.tooLong(count(MAX_REQUIREMENTS)) }]
    : [];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function roundProblems({ rounds }) {
  const fine = Number.isInteger(rounds) && rounds >= 1 && rounds <= MAX_ROUNDS;
  return fine ? [] : [{ field: "max_iterations", text: words.badRounds(MAX_ROUNDS) }];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function exampleProblems({ examples }) {
  const row = incompleteRow(examples);
  if (row >= 0) return [{ field: "examples", text: words.halfRow(row + 1), row }];
  return exampleTexts(examples).length > MAX_EXAMPLES
    ? [{ field: "examples", text: words.tooManyRows(MAX_EXAMPLES) }]
    : [];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function testProblems({ tests }) {
  return tests.length > MAX_TESTS ? [{ field: "tests", text: words.tooManyTests(MAX_TESTS) }] : [];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function contextProblems(draft) {
  return contextSize(draft) > MAX_CONTEXT
    ? [{ field: "context", text: words.contextTooLarge(count(MAX_CONTEXT)) }]
    : [];
}

/**
 * @param {Draft} draft
 * @returns {FieldProblem[]}
 */
function agentProblems({ agents }) {
  const wrong = Object.entries(agents).filter(
    ([, { temperature: t }]) => t !== undefined && !(t >= 0 && t <= 2),
  );
  return wrong.map(([agent]) => ({ field: `agents.${agent}`, text: strings.drafting.badTemperature }));
}
