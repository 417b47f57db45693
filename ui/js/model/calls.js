// @ts-check
/**
 * What the model calls of a run say about windows, cost and time. What is estimated says so.
 *
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {import("../types.js").Forecast} Forecast
 * @typedef {{ used: number, window: number, served: boolean, estimated: boolean }} Gauge
 * @typedef {{ amount: number, currency: string, estimated: boolean, atMost: boolean, unknown: number,
 *   sources: string[] }} Cost
 */
import { lastRound, pendingTokens, secondsOf, speaking } from "./facts.js";

/**
 * How full the context of the newest call is, or null where its window is not known.
 * @param {RunView} run
 * @returns {Gauge | null}
 */
export function gaugeOf(run) {
  const turn = [...run.turns.values()].findLast((t) => t.call || t.usage.some((u) => u.window));
  if (!turn) return null;
  const begun = turn.call?.begun.data;
  if (begun?.window) {
    const used = begun.prompt_tokens + pendingTokens(turn);
    return { used, window: begun.window, served: begun.window_kind === "served", estimated: true };
  }
  const last = turn.usage.findLast((u) => u.window);
  return last ? gaugeOfUsage(last) : null;
}

/**
 * @param {any} usage data of usage.recorded
 * @returns {Gauge}
 */
export function gaugeOfUsage(usage) {
  const used = usage.prompt_tokens + usage.completion_tokens;
  return { used, window: usage.window, served: usage.window_kind === "served", estimated: usage.estimated };
}

/**
 * What calls cost; null where none of them costs money. `unknown` counts those without a price.
 * @param {any[]} usage data of usage.recorded events
 * @returns {Cost | null}
 */
export function costOf(usage) {
  const paid = usage.filter((u) => u.cost);
  if (!paid.length) return null;
  const known = paid.filter((u) => u.cost.amount !== null);
  return {
    amount: known.reduce((sum, u) => sum + u.cost.amount, 0),
    currency: known[0]?.cost.currency ?? "",
    estimated: known.some((u) => u.estimated || !u.cost.cached_known),
    atMost: known.some((u) => u.cost.at_most),
    unknown: paid.length - known.length,
    sources: [...new Set(known.map((u) => `${u.cost.source} (${u.cost.as_of})`))],
  };
}

/**
 * Milliseconds to the first piece: of the call that goes on, else of the newest one; null where not known.
 * @param {TurnView} turn
 */
export function firstTokenOf(turn) {
  if (turn.call)
    return turn.call.firstPiece
      ? { ms: Date.parse(turn.call.firstPiece) - Date.parse(turn.call.begun.ts), estimated: true }
      : null;
  const last = turn.usage.findLast((u) => typeof u.first_token_ms === "number");
  return last ? { ms: Number(last.first_token_ms), estimated: false } : null;
}

/**
 * Milliseconds that prompts were read for, of the calls whose server tells; null where none does.
 * @param {any[]} usage
 */
export function promptTimeOf(usage) {
  const told = usage.filter((u) => typeof u.prompt_ms === "number");
  return told.length ? told.reduce((sum, u) => sum + u.prompt_ms, 0) : null;
}

/**
 * Seconds that a run still takes, from and to: the rest of this round, and with bad luck the rounds left. Null
 * where nothing was measured, or where it takes longer than anything measured.
 * @param {RunView} run
 * @param {Forecast | null} forecast
 * @param {number} now milliseconds since 1970
 * @returns {[number, number] | null}
 */
export function timeLeft(run, forecast, now) {
  const turn = speaking(run);
  if (!turn || !forecast?.round_seconds) return null;
  const [quick, slow] = forecast.round_seconds;
  const round = Number(turn.started.data.round ?? 1);
  const spent = secondsOf({ ...run, turns: turnsOf(run, round) }, now);
  const others = Math.max(0, lastRound(run) - round);
  const budget = forecast.max_seconds - secondsOf(run, now);
  const high = Math.min(Math.max(0, slow - spent) + others * slow, budget);
  return high > 0 ? [Math.min(Math.max(0, quick - spent), high), high] : null;
}

/**
 * @param {RunView} run
 * @param {number} round
 */
function turnsOf(run, round) {
  return new Map([...run.turns].filter(([, turn]) => Number(turn.started.data.round ?? 1) === round));
}
