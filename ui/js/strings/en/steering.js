// @ts-check

/** @param {number} turn 0: the start of a run */
const place = (turn) => (turn === 0 ? "the start" : `turn ${turn}`);

export const steering = {
  menu: (/** @type {number} */ turn) => `Actions for ${turn === 0 ? "the request" : place(turn)}`,
  fork: "Fork from here",
  rewind: "Rewind to here",
  forkSession: "Fork",
  unfinished: "The turn has not finished.",
  working: "The run is working; stop it first.",
  followed: "Another run followed this one; fork instead.",
  ended: "The run was decided with this turn.",
  newest: "This is where the run stands.",
  nothingYet: "No turn has finished yet.",
  forkHeading: (/** @type {number} */ turn) => `Fork from ${place(turn)}`,
  forkWill: (/** @type {number} */ turn) =>
    turn === 0
      ? "A new session begins with the same request. This session stays as it is."
      : `A new session gets a copy of the run up to the end of turn ${turn}. This session stays as it is.`,
  rewindHeading: (/** @type {number} */ turn) => `Rewind to ${place(turn)}`,
  rewindWill: (/** @type {number[]} */ dropped) =>
    dropped.length === 1
      ? `Turn ${dropped[0]} stays in the log and counts no more.`
      : `Turns ${dropped[0]} to ${dropped.at(-1)} stay in the log and count no more.`,
  thenWaits: "It then waits for your decision.",
  thenGoesOn: "The agents then go on from there, which calls the model.",
  thenIsOver: "The run has ended there, so the copy has ended as well.",
  title: "Title of the new session",
  fork_: (/** @type {string} */ title) => `${title} (fork)`,
  forkDo: "Fork",
  rewindDo: "Rewind",
  cancel: "Cancel",
  close: "Close",
  forked: "This is the new session.",
  rewound: (/** @type {number} */ turn) =>
    turn === 0 ? "Back at the start." : `Back at the end of turn ${turn}.`,
  from: (/** @type {number} */ turn) => `Forked from ${place(turn)} of`,
  fromSession: "another session",
  superseded: (/** @type {number} */ n) =>
    `${n} turn${n === 1 ? "" : "s"} that count${n === 1 ? "s" : ""} no more`,
};
