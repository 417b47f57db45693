// @ts-check
import { counted } from "./counting.js";

export const proof = {
  unchecked: "The checks of this version have not come to their end yet.",
  held: (/** @type {string} */ what) => `${what} ran and held.`,
  yours: (/** @type {number} */ n) => `${counted(n, "example")} of yours`,
  found: (/** @type {number} */ n) => `${counted(n, "example")} from your text`,
  tests: (/** @type {number} */ n) => `${counted(n, "test")} of yours`,
  lacks: {
    blocked: () => "A finding blocks it.",
    failed: (/** @type {string} */ names) => `Failed: ${names}.`,
    nothing_ran: () => "No required check could be run.",
    unsafe: () => "The safety checks are switched off.",
    not_executed: () => "Nothing was executed, so nothing vouches for what it does.",
    only_proposed: () => "No example or test of yours was executed, only what agents proposed.",
    disagrees: (/** @type {string} */ names) => `Not everything that was executed held: ${names}.`,
  },
  notKept: "Not kept:",
  ran: "What ran",
  notRun: "What was not run",
  examples: "Examples",
  call: "Call",
  expected: "Expected",
  got: "Got",
  whose: { user: "yours", requirements: "from your text", proposed: "proposed by an agent" },
  held1: "held",
  failed1: "did not hold",
  nothing: "nothing",
  trace: "Traceback and values",
  sandbox: (/** @type {string} */ name) => `ran in ${name}`,
  agreement: (/** @type {number} */ votes, /** @type {number} */ versions) =>
    `${votes} of ${versions} versions written independently do the same on calls that nobody gave a result for`,
  findings: "Findings",
  levels: {
    block: "Blocks approval",
    ask: "To be accepted one by one",
    badge: "What the code can do",
    ok: "Remarks",
  },
  noFindings: (/** @type {string} */ engines) => `No findings by these engines: ${engines}.`,
  noneGrave: (/** @type {string} */ engines) =>
    `Nothing that blocks or has to be accepted was found by these engines: ${engines}.`,
  scanned: (/** @type {string} */ engines) => `Scanned by ${engines}.`,
  noScan: "No security scan of this version was recorded.",
  fix: (/** @type {string} */ text) => `To mend it: ${text}`,
  files: (/** @type {number} */ n) => `${counted(n, "file")} with their SHA-256`,
  version: "These bytes",
};
