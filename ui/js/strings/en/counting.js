// @ts-check
/**
 * @param {number} n
 * @param {string} noun
 */
export const counted = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

/** @param {number[]} versions */
export const numbered = (versions) =>
  versions.length === 1
    ? `Version ${versions[0]}`
    : `Versions ${versions.slice(0, -1).join(", ")} and ${versions.at(-1)}`;
