// @ts-check

/** @param {number[]} versions */
export const numbered = (versions) => `版本 ${versions.join("、")}`;
