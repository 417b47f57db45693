// @ts-check
/**
 * Rows of a line diff, with long unchanged stretches folded.
 *
 * @typedef {{ value: string, added?: boolean, removed?: boolean }} Change
 * @typedef {{ kind: "same" | "add" | "del", before: number | null, after: number | null, text: string }} Row
 * @typedef {{ kind: "skip", count: number }} Skip
 */

const CONTEXT = 3;

/**
 * @param {Change[]} changes as jsdiff gives them
 * @returns {(Row | Skip)[]}
 */
export function diffRows(changes) {
  return folded(numbered(changes));
}

/**
 * @param {Change[]} changes
 * @returns {Row[]}
 */
function numbered(changes) {
  let before = 0;
  let after = 0;
  return changes.flatMap((change) => {
    const lines = change.value.replace(/\n$/, "").split("\n");
    return lines.map((text) => {
      if (change.added) return /** @type {Row} */ ({ kind: "add", before: null, after: ++after, text });
      if (change.removed) return /** @type {Row} */ ({ kind: "del", before: ++before, after: null, text });
      return /** @type {Row} */ ({ kind: "same", before: ++before, after: ++after, text });
    });
  });
}

/**
 * @param {Row[]} rows
 * @returns {(Row | Skip)[]}
 */
function folded(rows) {
  const near = new Set();
  rows.forEach((row, index) => {
    if (row.kind === "same") return;
    for (let i = index - CONTEXT; i <= index + CONTEXT; i++) near.add(i);
  });
  /** @type {(Row | Skip)[]} */
  const shown = [];
  rows.forEach((row, index) => {
    const last = shown.at(-1);
    if (near.has(index)) shown.push(row);
    else if (last?.kind === "skip") last.count += 1;
    else shown.push({ kind: "skip", count: 1 });
  });
  return shown;
}
