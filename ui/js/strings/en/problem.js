// @ts-check

export const problem = {
  /** By the kind of a problem; the server's own words say it in English. */
  kinds: /** @type {Record<string, string>} */ ({}),
  offline: "The server does not answer.",
  offlineHint: "Is Roundtable still running?",
  status: (/** @type {number} */ status) => `The server answered ${status}.`,
  id: (/** @type {string} */ id) => `Error id ${id}`,
  retry: "Try again",
  retryIn: (/** @type {string} */ time) => `You can try again in ${time}.`,
  dismiss: "Dismiss",
  part: "This part of the page could not be loaded.",
  partHint: "Try again, or load the page anew.",
  partReload: "Trying again loads the whole page anew; drafts are kept.",
  partLoading: "Loading…",
  session: "The session cannot be shown",
};
