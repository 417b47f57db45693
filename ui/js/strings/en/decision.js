// @ts-check

export const decision = {
  region: "Decision",
  heading: (/** @type {number} */ n) => `Your decision on version ${n}`,
  approve: "Approve",
  change: "Request changes",
  reject: "Reject",
  feedback: "Feedback",
  feedbackHint: "What should change? Ctrl+Enter sends it.",
  feedbackEmpty: "Say what should change.",
  back: "Back",
  instead: (/** @type {number} */ n) => `Version ${n} was offered.`,
  backTo: (/** @type {number} */ n) => `Go back to version ${n}`,
  chosen: (/** @type {number} */ n) => `You now decide on version ${n}.`,
  blocked: "This version is blocked and cannot be approved:",
  overrideHeading: (/** @type {number} */ n) => `Approve version ${n} all the same?`,
  confirmHeading: (/** @type {number} */ n) => `Approve version ${n}?`,
  lacking: "This version is not verified.",
  accept: "Accept each of these, or request changes",
  acceptFirst: (/** @type {number} */ done, /** @type {number} */ all) =>
    done < all ? `${done} of ${all} accepted; tick all to go on.` : `All ${all} accepted.`,
  recorded: "That you approved it all the same is recorded with the decision.",
  overrideDo: "Approve all the same",
  sending: "Sending…",
  elsewhere: "This was decided elsewhere in the meantime; the page shows how it stands now.",
  keys: "Keys: A approve, C request changes, R reject",
};
