// @ts-check
/**
 * Examples as the user types them in a table: a call and the value it should give, or `raises` and an error.
 *
 * @typedef {{ call: string, expected: string }} ExampleRow
 * @typedef {import("../types.js").FoundExample} FoundExample
 */

const RAISES = /^raises\s+\S/;

/** Blanks around it tell the sign from one within a value. */
const SIGNS = [" == ", "=="];

/**
 * Rows that say something, as `call == expected` or `call raises Error`.
 * @param {ExampleRow[]} rows
 */
export function exampleTexts(rows) {
  return rows
    .map((row) => ({ call: row.call.trim(), expected: row.expected.trim() }))
    .filter((row) => row.call || row.expected)
    .map(exampleText);
}

/** @param {ExampleRow} row */
function exampleText({ call, expected }) {
  return RAISES.test(expected) ? `${call} ${expected}` : `${call} == ${expected}`;
}

/**
 * An example that was found in the text, as a row of the table.
 * @param {FoundExample} found
 * @returns {ExampleRow}
 */
export function rowOf({ call, expected, raises }) {
  return { call, expected: expected ?? `raises ${raises}` };
}

/**
 * Whether a row is about the same call as an example that was found: then the row counts.
 * @param {ExampleRow} row
 * @param {FoundExample} found
 */
export function isAbout(row, found) {
  return plain(row.call) === plain(found.call);
}

/**
 * Blanks and the kind of quotes make no other call.
 * @param {string} call
 */
function plain(call) {
  return call.replace(/\s/g, "").replaceAll('"', "'");
}

/**
 * The row that the server's words are about, or -1: it repeats an example that it does not understand.
 * @param {ExampleRow[]} rows
 * @param {string} words
 */
export function rowNamed(rows, words) {
  const heard = plain(words);
  return rows.findIndex((row) => row.call.trim() && heard.includes(plain(exampleText(row))));
}

/**
 * The first row of which only one half is filled in, or -1.
 * @param {ExampleRow[]} rows
 */
export function incompleteRow(rows) {
  return rows.findIndex((row) => Boolean(row.call.trim()) !== Boolean(row.expected.trim()));
}

/**
 * Lines such as `f(2) == 4`, as rows; null where a line is no example.
 * @param {string} text
 * @returns {ExampleRow[] | null}
 */
export function parseExamples(text) {
  const lines = text.split("\n").filter((line) => line.trim());
  const rows = lines.map((line) => {
    const sign = SIGNS.find((s) => line.includes(s)) ?? "==";
    const [call, ...rest] = line.split(sign);
    return { call: call.trim(), expected: rest.join(sign).trim() };
  });
  return rows.length && rows.every((row) => row.call && row.expected) ? rows : null;
}
