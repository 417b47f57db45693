// @ts-check
/**
 * A forecast as a person would say it: no finer than it can be known.
 *
 * @typedef {{ of: "halfMinute" | "minute" } | { of: "minutes" | "hours", low: number, high: number }} Span
 */

const LONG = 90;

/**
 * @param {number} low minutes
 * @param {number} high minutes
 * @returns {Span} in whole minutes or hours that hold both; low may be 0
 */
export function spanOf(low, high) {
  if (high <= 0.5) return { of: "halfMinute" };
  if (high <= 1) return { of: "minute" };
  if (high <= LONG) return { of: "minutes", low: Math.floor(low), high: Math.ceil(high) };
  return { of: "hours", low: Math.floor(low / 60), high: Math.ceil(high / 60) };
}
