// @ts-check
/**
 * What the fold does not say by itself but a reader wants to know; see app/cli/facts.py.
 *
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {import("../types.js").Status} Status
 */

/** Those that a user may set. */
export const AGENTS = ["code_generator", "quality_checker", "code_optimizer"];
/** @type {Status[]} of a run that has not come to its end */
export const GOING = ["queued", "running", "waiting"];
/** Roughly what a token of source code is long; only moving figures use it, final ones are counted. */
const CHARACTERS_A_TOKEN = 3.5;

/**
 * Where a run stands. A run that was ended and is taken up again says so with a note before its next turn.
 * @param {RunView} run
 * @returns {Status}
 */
export function statusOf(run) {
  if (run.gate) return "waiting";
  const finished = run.finished;
  if (finished) return run.notes.some((note) => note.seq > finished.seq) ? "queued" : finished.data.status;
  return run.turns.size ? "running" : "queued";
}

/**
 * The turn that an agent is speaking in, or null.
 * @param {RunView} run
 */
export function speaking(run) {
  if (statusOf(run) !== "running") return null;
  const last = [...run.turns.values()].at(-1);
  return last && last.seconds === null ? last : null;
}

/**
 * The round after which the user is asked; a requested change grants the rounds anew.
 * @param {RunView} run
 */
export function lastRound(run) {
  const rounds = Number(run.created?.data.max_iterations ?? 1);
  let last = rounds;
  for (const decision of run.decisions) {
    const turn = run.turns.get(decision.turn ?? 0);
    if (turn && decision.data.decision === "revise") last = Number(turn.started.data.round) + rounds;
  }
  return last;
}

/**
 * Whether user_proxy answered by policy: no gate was decided before it spoke.
 * @param {RunView} run
 * @param {TurnView} turn
 */
export function spokeByItself(run, turn) {
  return turn.agent === "user_proxy" && !run.decisions.some((d) => d.turn === turn.turn - 1);
}

/**
 * Tokens of a run so far; `estimated` where some were counted here and not by the provider.
 * @param {RunView} run
 */
export function tokensOf(run) {
  const total = sumUsage([...run.turns.values()].flatMap((turn) => turn.usage));
  const now = speaking(run);
  const reading = Number(now?.call?.begun.data.prompt_tokens ?? 0);
  const pending = now ? pendingTokens(now) : 0;
  return {
    input: total.input + reading,
    output: total.output + pending,
    estimated: total.estimated || pending + reading > 0,
  };
}

/**
 * Tokens of the calls of one turn, and tokens a second where the calls were timed.
 * @param {any[]} calls data of usage.recorded events
 */
export function sumUsage(calls) {
  const timed = calls.filter((c) => c.first_token_ms !== null && c.first_token_ms !== undefined);
  const writing = timed.reduce((sum, c) => sum + c.total_ms - c.first_token_ms, 0) / 1000;
  const written = timed.reduce((sum, c) => sum + c.completion_tokens, 0);
  return {
    input: calls.reduce((sum, c) => sum + c.prompt_tokens, 0),
    output: calls.reduce((sum, c) => sum + c.completion_tokens, 0),
    estimated: calls.some((c) => c.estimated),
    rate: writing > 0 && written > 1 ? written / writing : null,
  };
}

/**
 * Tokens a second of the call that goes on, estimated; null before its first piece.
 * @param {TurnView} turn
 * @param {number} now milliseconds since 1970
 */
export function liveRate(turn, now) {
  const first = turn.call?.firstPiece;
  if (!first) return null;
  return pendingTokens(turn) / Math.max((now - Date.parse(first)) / 1000, 0.5);
}

/**
 * Seconds spent by a run: its finished turns and the one in progress; waiting for the user costs nothing.
 * @param {RunView} run
 * @param {number} now milliseconds since 1970
 */
export function secondsOf(run, now) {
  const told = [...run.turns.values()].reduce((sum, turn) => sum + (turn.seconds ?? 0), 0);
  const current = speaking(run);
  return told + (current ? Math.max(0, (now - Date.parse(current.started.ts)) / 1000) : 0);
}

/**
 * The model that a run uses: of its last turn with one, else what was asked for; empty where not chosen yet.
 * @param {RunView} run
 * @returns {{ provider: string, model: string }}
 */
export function modelOf(run) {
  const turn = [...run.turns.values()].findLast((t) => t.started.data.model);
  const { provider, model } = (turn?.started ?? run.created)?.data ?? {};
  return { provider: provider ?? "", model: model ?? "" };
}

/**
 * Tokens that the call which goes on has said, estimated; none once its usage was told.
 * @param {TurnView} turn
 */
export function pendingTokens(turn) {
  if (!turn.call) return 0;
  const characters = turn.text.length + turn.reasoning.length - turn.call.before;
  return Math.max(0, Math.round(characters / CHARACTERS_A_TOKEN));
}
