// @ts-check
/** Figures as a reader of the page's language has them; units are those of SI. */

/** @type {Map<string, Intl.NumberFormat>} making one costs more than using it */
const formats = new Map();

/** Below this, two digits after the point of an amount of money would say nothing. */
const SMALL = 0.1;

/** What `lang` of the page says: its language, and with English the reader's country. */
const locale = () => globalThis.document?.documentElement.lang || "en";

/**
 * @param {number} value
 * @param {number} [digits] after the point
 */
function figure(value, digits = 0) {
  const key = `${locale()} ${digits}`;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  const format = formats.get(key) ?? new Intl.NumberFormat(locale(), options);
  formats.set(key, format);
  return format.format(value);
}

/** @param {number} value */
export function count(value) {
  return figure(Math.round(value));
}

/**
 * How many a second: a slow one is not "0".
 * @param {number} value
 */
export function rate(value) {
  return value < 10 ? figure(value, 1) : count(value);
}

/** @param {number | null} seconds */
export function duration(seconds) {
  const whole = seconds ?? 0;
  if (whole < 10) return `${figure(whole, 1)} s`;
  if (whole < 60) return `${Math.round(whole)} s`;
  const minutes = Math.floor(whole / 60);
  const rest = `${Math.floor(whole % 60)}`.padStart(2, "0");
  return minutes < 60 ? `${minutes}:${rest} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** @param {number} ms */
export function milliseconds(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${figure(ms / 1000, 1)} s`;
}

/** @param {number} bytes */
export function size(bytes) {
  if (bytes < 1000) return wholeBytes(bytes);
  if (bytes < 1e6) return `${figure(bytes / 1000, 1)} kB`;
  return bytes < 1e9 ? `${figure(bytes / 1e6)} MB` : `${figure(bytes / 1e9, 1)} GB`;
}

/** @param {number} bytes */
function wholeBytes(bytes) {
  return new Intl.NumberFormat(locale(), { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
}

/**
 * A remark as a sentence of its own.
 * @param {string} text
 */
export function sentence(text) {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return !first || /[.!?:…。！？：]$/.test(first) ? first : `${first}.`;
}

/** @param {string} iso */
export function clockTime(iso) {
  return new Date(iso).toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
}

/** @param {string} iso */
export function shortDate(iso) {
  return new Date(iso).toLocaleDateString(locale(), { day: "numeric", month: "short" });
}

/**
 * @param {number} amount
 * @param {string} currency such as "USD"
 */
export function money(amount, currency) {
  const digits = amount && amount < SMALL ? 4 : 2;
  const style = /** @type {const} */ ("currency");
  const options = { style, currency, minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale(), options).format(amount);
}
