// @ts-check
/**
 * Examples as the user types them in a table: a call and the value it should give.
 *
 * @typedef {{ call: string, expected: string }} ExampleRow
 */

/** Blanks around it tell the sign from one within a value. */
const SIGNS = [" == ", "=="];

/**
 * Rows that say something, as `call == expected`.
 * @param {ExampleRow[]} rows
 */
export function exampleTexts(rows) {
  return rows
    .map((row) => ({ call: row.call.trim(), expected: row.expected.trim() }))
    .filter((row) => row.call || row.expected)
    .map((row) => `${row.call} == ${row.expected}`);
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
