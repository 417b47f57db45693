// @ts-check

export const header = {
  stop: "Stop",
  resume: "Resume",
  tokens: "Tokens in / out",
  rate: "Tokens a second",
  time: "Time",
  tokensValue: (/** @type {string} */ input, /** @type {string} */ output) => `${input} in · ${output} out`,
  rateValue: (/** @type {string} */ rate) => `≈ ${rate} tokens/s`,
  choosing: "model not chosen yet",
  switch: "Switch model",
  switchHint: "Takes effect from the next turn.",
  switchDo: "Switch",
  switched: (/** @type {string} */ model) => `From the next turn on: ${model}.`,
};
