// @ts-check
import * as english from "./en.js";

/**
 * The accessible names that are English whatever language the page speaks: scripts and the habits of screen
 * reader users rely on them (docs/decisions/0021-languages.md). What is read stays in the page's language.
 *
 * @param {typeof english} words
 */
const fixed = (words) => [
  words.composer.requirements,
  words.composer.language,
  words.composer.provider,
  words.composer.model,
  words.composer.generate,
  words.header.stop,
  words.decision.feedback,
  words.decision.approve,
  words.decision.change,
  words.decision.reject,
  words.rail.create,
  words.rail.search,
  words.rail.settings,
  ...Object.values(words.status),
];

/**
 * The fixed name for each of these words of a language.
 * @param {typeof english} words
 * @returns {Map<string, string>}
 */
export function namesOf(words) {
  const names = fixed(english);
  return new Map(fixed(words).map((word, index) => [word, names[index]]));
}

/**
 * Names that nobody sees; every language has them in English.
 * @param {typeof english} words
 */
export const unseen = (words) => [
  words.timeline.region,
  words.artifact.region,
  words.decision.region,
  words.status.label,
];
