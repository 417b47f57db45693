// @ts-check
/**
 * What changed between two versions, in hunks that can be taken or left one by one.
 *
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {{ value: string, added?: boolean, removed?: boolean }} Change  as jsdiff gives them
 * @typedef {{ kind: "same", text: string } | { kind: "hunk", key: string, old: string, new: string }} Piece
 *
 * @typedef {object} FileChange
 * @property {string} path
 * @property {string | null} was  content before; null: there was no such file
 * @property {string | null} is  content after; null: there is no such file any more
 * @property {Piece[]} pieces
 */

/**
 * The files that differ, in order of their paths.
 * @param {Pick<SourceFile, "path" | "content">[]} before
 * @param {Pick<SourceFile, "path" | "content">[]} after
 * @param {(old: string, now: string) => Change[]} diff by lines
 * @returns {FileChange[]}
 */
export function fileChanges(before, after, diff) {
  const old = new Map(before.map((file) => [file.path, file.content]));
  const now = new Map(after.map((file) => [file.path, file.content]));
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .map((path) => ({ path, was: old.get(path) ?? null, is: now.get(path) ?? null }))
    .filter(({ was, is }) => was !== is)
    .map((file) => ({ ...file, pieces: piecesOf(file, diff) }));
}

/**
 * A file that appears or disappears is one hunk.
 * @param {{ path: string, was: string | null, is: string | null }} file
 * @param {(old: string, now: string) => Change[]} diff
 * @returns {Piece[]}
 */
function piecesOf({ path, was, is }, diff) {
  if (was === null || is === null)
    return [{ kind: "hunk", key: keyOf(path, 0), old: was ?? "", new: is ?? "" }];
  return grouped(path, diff(was, is));
}

/**
 * Neighbouring removals and additions make one hunk.
 * @param {string} path
 * @param {Change[]} changes
 * @returns {Piece[]}
 */
export function grouped(path, changes) {
  /** @type {Piece[]} */
  const pieces = [];
  let hunks = 0;
  for (const { value, added, removed } of changes) {
    const last = pieces.at(-1);
    if (!added && !removed) pieces.push({ kind: "same", text: value });
    else if (last?.kind === "hunk") last[added ? "new" : "old"] += value;
    else
      pieces.push({
        kind: "hunk",
        key: keyOf(path, hunks++),
        old: removed ? value : "",
        new: added ? value : "",
      });
  }
  return pieces;
}

/**
 * The content of a file with some of its hunks left; null: there is no such file.
 * @param {FileChange} change
 * @param {Set<string>} left keys of hunks
 */
export function contentWith({ was, is, pieces }, left) {
  if (was === null || is === null) return left.has(hunkKeys(pieces)[0]) ? was : is;
  return pieces.map((p) => (p.kind === "same" ? p.text : left.has(p.key) ? p.old : p.new)).join("");
}

/** @param {Piece[]} pieces */
export function hunkKeys(pieces) {
  return pieces.flatMap((piece) => (piece.kind === "hunk" ? [piece.key] : []));
}

/**
 * The choice as an edit of the newer version: only what differs from it.
 * @param {FileChange[]} changes
 * @param {Set<string>} left
 * @returns {import("./edit_draft.js").Edit}
 */
export function chosenEdit(changes, left) {
  const differing = changes
    .map((change) => ({ path: change.path, is: change.is, content: contentWith(change, left) }))
    .filter(({ is, content }) => content !== is);
  return {
    // Not by assignment, which would lose a file that is called __proto__.
    changed: Object.fromEntries(
      differing.flatMap(({ path, content }) => (content === null ? [] : [[path, content]])),
    ),
    removed: differing.filter(({ content }) => content === null).map(({ path }) => path),
  };
}

/**
 * @param {string} path
 * @param {number} number
 */
function keyOf(path, number) {
  return `${number}:${path}`;
}
