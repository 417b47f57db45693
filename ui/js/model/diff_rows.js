// @ts-check
/**
 * Lines of a diff, the two sides beside each other, with long unchanged stretches folded.
 *
 * @typedef {import("./hunks.js").Piece} Piece
 * @typedef {{ text: string, marked: boolean }} Span
 * @typedef {{ number: number, spans: Span[], ended: boolean }} Side  ended: whether a line break follows
 * @typedef {{ old: Side | null, now: Side | null }} Line
 * @typedef {{ kind: "same" | "folded", lines: Line[] } | { kind: "hunk", key: string, lines: Line[] }} Block
 * @typedef {(old: string, now: string) => { value: string, added?: boolean, removed?: boolean }[]} ByWords
 */

const CONTEXT = 3;
/** Lines that have less than this share in common are other lines, and no words of them are marked. */
const ALIKE = 0.4;
const LONGEST = 1000;

/**
 * @param {Piece[]} pieces of one file
 * @param {ByWords} byWords
 * @returns {Block[]}
 */
export function diffBlocks(pieces, byWords) {
  let old = 0;
  let now = 0;
  return pieces.flatMap((piece, index) => {
    if (piece.kind === "same") {
      const lines = sidesOf(piece.text, old).map((side, i) => ({
        old: side,
        now: { ...side, number: now + i + 1 },
      }));
      old += lines.length;
      now += lines.length;
      return folded(lines, index === 0, index === pieces.length - 1);
    }
    const [before, after] = [sidesOf(piece.old, old), sidesOf(piece.new, now)];
    old += before.length;
    now += after.length;
    return [{ kind: "hunk", key: piece.key, lines: paired(before, after, byWords) }];
  });
}

/**
 * @param {string} text
 * @param {number} before number of the line before
 * @returns {Side[]}
 */
function sidesOf(text, before) {
  if (!text) return [];
  const ended = text.endsWith("\n");
  const lines = (ended ? text.slice(0, -1) : text).split("\n");
  return lines.map((line, i) => ({
    number: before + i + 1,
    spans: [{ text: line, marked: false }],
    ended: ended || i < lines.length - 1,
  }));
}

/**
 * @param {Line[]} lines
 * @param {boolean} first
 * @param {boolean} last
 * @returns {Block[]}
 */
function folded(lines, first, last) {
  const head = first ? 0 : CONTEXT;
  const tail = last ? 0 : CONTEXT;
  if (lines.length <= head + tail + 1) return [{ kind: "same", lines }];
  /** @type {Block[]} */
  const blocks = [
    { kind: "same", lines: lines.slice(0, head) },
    { kind: "folded", lines: lines.slice(head, lines.length - tail) },
    { kind: "same", lines: lines.slice(lines.length - tail) },
  ];
  return blocks.filter((block) => block.lines.length);
}

/**
 * @param {Side[]} before
 * @param {Side[]} after
 * @param {ByWords} byWords
 * @returns {Line[]}
 */
function paired(before, after, byWords) {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, i) => {
    const [old, now] = [before[i] ?? null, after[i] ?? null];
    return old && now ? marked(old, now, byWords) : { old, now };
  });
}

/**
 * Two lines with the words marked that they have not in common.
 * @param {Side} old
 * @param {Side} now
 * @param {ByWords} byWords
 * @returns {Line}
 */
function marked(old, now, byWords) {
  const [before, after] = [old.spans[0].text, now.spans[0].text];
  if (!before || !after || before.length + after.length > LONGEST) return { old, now };
  const parts = byWords(before, after);
  const same = parts.filter((p) => !p.added && !p.removed).reduce((sum, p) => sum + p.value.trim().length, 0);
  if (same < ALIKE * Math.max(before.trim().length, after.trim().length)) return { old, now };
  return {
    old: {
      ...old,
      spans: parts.filter((p) => !p.added).map((p) => ({ text: p.value, marked: p.removed ?? false })),
    },
    now: {
      ...now,
      spans: parts.filter((p) => !p.removed).map((p) => ({ text: p.value, marked: p.added ?? false })),
    },
  };
}
