// @ts-check

/** What is said of drafts that the server does not keep. */
export const keeping = {
  tooLong: (/** @type {string} */ most) =>
    `Too long to be kept beyond this tab: over ${most} characters with its files.`,
};
