// @ts-check

export const exporting = {
  open: "Export…",
  heading: (/** @type {string} */ title) => `Export “${title}”`,
  format: "Format",
  formats: {
    html: { name: "Web page", what: "One file to read in any browser, offline." },
    md: { name: "Markdown", what: "Request, turns, verdicts, proof and code as text." },
    json: { name: "JSON", what: "All events and files, for programs." },
    capsule: {
      name: "Run capsule",
      what: "Replays here without a model; folders of users are taken out, too.",
    },
    zip: { name: "Zip", what: "The event log and the approved files." },
  },
  redacted: "Keys and what looks like a secret never leave; the file tells what was taken out.",
  do: "Export",
  cancel: "Cancel",
  close: "Close",
  noSession: "Open the session that you want to export.",
};
