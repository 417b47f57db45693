// @ts-check

export const problem = {
  offline: "The server does not answer.",
  offlineHint: "Is Roundtable still running?",
  status: (/** @type {number} */ status) => `The server answered ${status}.`,
  id: (/** @type {string} */ id) => `Error id ${id}`,
  retry: "Try again",
  retryIn: (/** @type {string} */ time) => `You can try again in ${time}.`,
  dismiss: "Dismiss",
  session: "The session cannot be shown",
};
