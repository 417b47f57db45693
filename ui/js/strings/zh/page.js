// @ts-check

export { product, title } from "../en/page.js";
/** @type {string} */
export const automatic = "自动";
