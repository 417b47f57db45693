// @ts-check

export const connection = {
  reconnecting: "Reconnecting…",
  down: "The server cannot be reached. Nothing is lost: a run goes on without this window. Is Roundtable still running?",
};
