// @ts-check

/** Below this, two digits after the point would say nothing. */
const SMALL = 0.1;

/**
 * @param {number} amount
 * @param {string} currency such as "USD"
 */
export function money(amount, currency) {
  const digits = amount && amount < SMALL ? 4 : 2;
  const style = /** @type {const} */ ("currency");
  const options = { style, currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(globalThis.document?.documentElement.lang || "en", options).format(amount);
}
