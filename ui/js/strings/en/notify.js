// @ts-check

export const notify = {
  label: "Notify me when my decision is needed and this window is in the background",
  denied: "The browser does not allow it; its own settings for this page can.",
  missing: "This window cannot show notifications; its title shows when you are needed.",
  body: "Your decision is needed.",
};

export const announce = {
  speaks: (/** @type {string} */ agent) => `${agent} is speaking.`,
  needed: (/** @type {string} */ summary) => `Your decision is needed. ${summary}`,
  ended: (/** @type {string} */ status) => `The run has ended: ${status}.`,
};
