// @ts-check

export const announce = {
  speaks: (/** @type {string} */ agent) => `${agent} is speaking.`,
  needed: (/** @type {string} */ summary) => `Your decision is needed. ${summary}`,
  ended: (/** @type {string} */ status) => `The run has ended: ${status}.`,
};
