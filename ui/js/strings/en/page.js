// @ts-check

export const product = "Roundtable";
/** @type {string} */
export const automatic = "automatic";

/**
 * @param {number} waiting sessions that wait for the user
 * @param {string} session
 */
export const title = (waiting, session) =>
  `${waiting ? `(${waiting}) ` : ""}${session ? `${session} – ` : ""}Roundtable`;
