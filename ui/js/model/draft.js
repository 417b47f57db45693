// @ts-check
/**
 * What the user is about to ask, kept while it is being written.
 *
 * @typedef {import("./examples.js").ExampleRow} ExampleRow
 *
 * @typedef {object} Draft
 * @property {string} requirements
 * @property {string} language
 * @property {string} provider  "" lets the program choose
 * @property {string} model
 * @property {number} rounds
 * @property {{ name: string, content: string }[]} context
 * @property {{ name: string, content: string }[]} tests
 * @property {ExampleRow[]} examples
 * @property {Record<string, AgentChoice>} agents  another model or temperature, by agent, for this run only
 *
 * @typedef {import("../types.js").AgentChoice} AgentChoice
 */

export const LANGUAGES = ["python", "javascript", "java", "go", "rust"];
export const MIN_REQUIREMENTS = 10;
export const MAX_REQUIREMENTS = 20_000;
export const MAX_CONTEXT = 200_000;
export const MAX_EXAMPLES = 50;
export const MAX_TESTS = 10;
export const MAX_ROUNDS = 10;

/** @returns {Draft} */
export function emptyDraft() {
  return {
    requirements: "",
    language: "python",
    provider: "",
    model: "",
    rounds: 3,
    context: [],
    tests: [],
    examples: [],
    agents: {},
  };
}

/**
 * What the next draft begins with: the choices of the last one.
 * @param {Draft} draft
 * @returns {Draft}
 */
export function nextDraft({ language, provider, model, rounds }) {
  return { ...emptyDraft(), language, provider, model, rounds };
}

/**
 * A draft from what was stored; what is missing there is as in `base` or in an empty draft.
 * @param {string | null} stored JSON; one that is broken counts as none
 * @param {Partial<Draft>} [base]
 * @returns {Draft}
 */
export function restoreDraft(stored, base = {}) {
  const empty = { ...emptyDraft(), ...base };
  if (!stored) return empty;
  try {
    return { ...empty, ...JSON.parse(stored) };
  } catch (error) {
    if (error instanceof SyntaxError) return empty;
    throw error;
  }
}

/** @param {Draft} draft */
export function contextSize(draft) {
  return draft.context.reduce((sum, file) => sum + file.content.length, 0);
}
