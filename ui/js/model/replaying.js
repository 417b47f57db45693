// @ts-check
/**
 * When which event of a capsule is shown.
 *
 * @typedef {import("../types.js").Envelope} Envelope
 */

export const SPEEDS = [1, 2, 4, 16];
/** Nobody waits longer than this for the next event, however long the model or the user took. */
const LONGEST_MS = 1200;
const SHORTEST_MS = 16;
const STEP_ENDS = ["run.created", "turn.finished", "gate.opened", "gate.decided", "run.finished"];

/**
 * Numbers of events after which a step ends; the last is that of all events.
 * @param {Envelope[]} events
 */
export function stepsOf(events) {
  const ends = events.flatMap((event, index) => (STEP_ENDS.includes(event.type) ? [index + 1] : []));
  return [...new Set([...ends, events.length])];
}

/**
 * The step after or before a position; the position itself where there is none.
 * @param {number[]} steps
 * @param {number} at
 * @param {1 | -1} direction
 */
export function nextStep(steps, at, direction) {
  const next = direction > 0 ? steps.find((step) => step > at) : steps.findLast((step) => step < at);
  return next ?? (direction > 0 ? at : 0);
}

/**
 * How far to go at once and how long to wait before: events that came together are shown together.
 * @param {Envelope[]} events
 * @param {number} at
 * @param {number} speed
 * @returns {{ to: number, wait: number }}
 */
export function nextMove(events, at, speed) {
  const now = Date.parse(events[at].ts);
  const before = at > 0 ? Date.parse(events[at - 1].ts) : now;
  const wait = Math.min(Math.max(0, now - before) / speed, LONGEST_MS);
  const upto = now + SHORTEST_MS * speed;
  let to = at + 1;
  while (to < events.length && Date.parse(events[to].ts) <= upto) to += 1;
  return { to, wait: Math.max(wait, SHORTEST_MS) };
}
