// @ts-check

export const entry = {
  title: "This window needs its key",
  body: "Roundtable was started anew, or this page was opened without its link. Open the link that “serve” printed, or restart the app.",
  bad: "The link is no longer valid.",
};
