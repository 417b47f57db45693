// @ts-check

export const ownWindow = {
  saved: (/** @type {string} */ path) => `Saved as ${path}.`,
};
