// @ts-check

export const connection = {
  reconnecting: "Reconnecting…",
  down: "The server cannot be reached. Nothing is lost: a run goes on without this window. Is Roundtable still running?",
};

export const entry = {
  title: "This window needs its key",
  body: "Roundtable was started anew, or this page was opened without its link. Open the link that “serve” printed, or restart the app.",
  bad: "The link is no longer valid.",
};
