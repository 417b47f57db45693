// @ts-check
import { statusOf } from "./facts.js";

/**
 * Where a run can be forked or rewound to, and what becomes of it then; see app/store/steering.py.
 *
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {"unfinished" | "working" | "followed" | "ended" | "newest"} Obstacle
 */

const DECIDED = ["approved", "rejected"];

/**
 * Why a run cannot be forked at the end of a turn; null: it can.
 * @param {RunView} run
 * @param {number} turn
 * @returns {Obstacle | null}
 */
export function forkObstacle(run, turn) {
  return isFinished(run, turn) ? null : "unfinished";
}

/**
 * Why a run cannot be rewound to the end of a turn; null: it can.
 * @param {RunView} run
 * @param {number} turn
 * @param {boolean} newest  whether no other run followed it
 * @returns {Obstacle | null}
 */
export function rewindObstacle(run, turn, newest) {
  if (!isFinished(run, turn)) return "unfinished";
  if (!newest) return "followed";
  const status = statusOf(run);
  if (status === "running" || status === "queued") return "working";
  if (later(run, turn).length) return null;
  return DECIDED.includes(status) ? "ended" : "newest";
}

/**
 * Numbers of the turns after one.
 * @param {RunView} run
 * @param {number} turn
 */
export function later(run, turn) {
  return [...run.turns.keys()].filter((number) => number > turn);
}

/**
 * What follows the end of a turn once more: the user's decision where it ended at a gate.
 * @param {RunView} run
 * @param {number} turn
 * @returns {"thenWaits" | "thenGoesOn" | "thenIsOver"}
 */
export function afterwards(run, turn) {
  const waited = run.gate?.turn === turn || run.decisions.some((decision) => decision.turn === turn);
  if (waited) return "thenWaits";
  const last = later(run, turn).length === 0;
  return last && DECIDED.includes(statusOf(run)) ? "thenIsOver" : "thenGoesOn";
}

/**
 * @param {RunView} run
 * @param {number} turn
 */
function isFinished(run, turn) {
  if (turn === 0) return true; // the start
  const view = run.turns.get(turn);
  return view !== undefined && view.seconds !== null;
}
