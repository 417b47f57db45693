// @ts-check
/**
 * The fold of a session's events into what is shown; the same rules as app/domain/projection.py.
 *
 * An interrupted turn is told again under a higher epoch; its half-told attempt stays in the log and is
 * dropped here. The same holds for turns that were rewound.
 *
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 */

/**
 * Views of all runs in the events, in order of their first event.
 * @param {Iterable<Envelope>} events in order of seq
 * @param {Map<string, RunView>} [runs] folded so far
 */
export function fold(events, runs = new Map()) {
  for (const event of events) {
    const run = runs.get(event.run_id) ?? emptyRun(event.run_id);
    runs.set(event.run_id, run);
    apply(run, event);
  }
  return runs;
}

/**
 * Take one more event into a run's view. An event of a dropped attempt changes nothing.
 * @param {RunView} run
 * @param {Envelope} event
 */
export function apply(run, event) {
  switch (event.type) {
    case "turn.started":
      if (event.turn === null) run.notes.push(event);
      else start(run, event.turn, event);
      return;
    case "gate.opened":
      run.gate = event;
      run.finished = null;
      return;
    case "gate.decided":
      run.gate = null;
      run.decisions.push(event);
      return;
    case "run.created":
      run.created = event;
      return;
    case "run.finished":
      run.finished = event;
      run.gate = null;
      return;
    default:
      applyWithin(run, event);
  }
}

/**
 * @param {string} runId
 * @returns {RunView}
 */
function emptyRun(runId) {
  return {
    runId,
    created: null,
    turns: new Map(),
    gate: null,
    decisions: [],
    finished: null,
    notes: [],
    superseded: [],
  };
}

/**
 * @param {RunView} run
 * @param {Envelope} event
 */
function applyWithin(run, event) {
  if (event.type === "note" && "rewind_to" in event.data) {
    const last = Number(event.data.rewind_to);
    run.superseded.push({ note: event, turns: [...run.turns.values()].filter(({ turn }) => turn > last) });
    rewind(run, last);
    run.notes.push(event);
    return;
  }
  const turn = turnOf(run, event);
  if (turn) tell(turn, event);
  else if (event.turn === null) run.notes.push(event);
}

/**
 * @param {RunView} run
 * @param {number} number
 * @param {Envelope} event
 */
function start(run, number, event) {
  rewind(run, number - 1);
  run.turns.set(number, {
    turn: number,
    epoch: event.epoch,
    agent: event.agent,
    started: event,
    lastSeq: event.seq,
    text: "",
    reasoning: "",
    complete: false,
    seconds: null,
    firstPiece: null,
    call: null,
    checks: [],
    usage: [],
    notes: [],
    versions: [],
  });
}

/**
 * @param {RunView} run
 * @param {number} last
 */
function rewind(run, last) {
  for (const number of [...run.turns.keys()]) if (number > last) run.turns.delete(number);
  run.gate = null;
  run.finished = null;
}

/**
 * @param {RunView} run
 * @param {Envelope} event
 */
function turnOf(run, event) {
  const turn = event.turn === null ? undefined : run.turns.get(event.turn);
  return turn && turn.epoch === event.epoch ? turn : null;
}

/**
 * @param {TurnView} turn
 * @param {Envelope} event
 */
function hear(turn, event) {
  turn.firstPiece ??= event.ts;
  if (turn.call) turn.call.firstPiece ??= event.ts;
}

/**
 * Characters that were said so far.
 * @param {TurnView} turn
 */
export function said(turn) {
  return turn.text.length + turn.reasoning.length;
}

/** @type {Record<string, (turn: TurnView, event: Envelope) => void>} */
const TELL = {
  "message.delta": (turn, event) => {
    hear(turn, event);
    turn.text += event.message;
  },
  "reasoning.delta": (turn, event) => {
    hear(turn, event);
    turn.reasoning += event.message;
  },
  "message.completed": (turn, event) => {
    turn.text = event.message;
    turn.complete = true;
  },
  "check.completed": (turn, event) => void turn.checks.push(event.data),
  "usage.recorded": (turn, event) => {
    turn.usage.push(event.data);
    turn.call = null;
  },
  "artifact.proposed": (turn, event) => void turn.versions.push(event),
  "artifact.rejected": (turn, event) => void turn.versions.push(event),
  "turn.finished": (turn, event) => void (turn.seconds = event.data.seconds ?? null),
};

/**
 * @param {TurnView} turn
 * @param {Envelope} event
 */
function tell(turn, event) {
  turn.lastSeq = event.seq;
  const teller = TELL[event.type];
  if (teller) {
    teller(turn, event);
    return;
  }
  // The model was asked again: what it said before in this turn counts no more.
  if (event.data.kind === "asked_again") turn.text = turn.reasoning = "";
  if (event.data.kind === "call") {
    turn.call = { begun: event, firstPiece: null, before: said(turn) };
    return;
  }
  turn.notes.push(event);
}
