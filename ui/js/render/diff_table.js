// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { diffBlocks } from "../model/diff_rows.js";
import { strings } from "../strings.js";
import { badge, button } from "./controls.js";
import { diffWordsWithSpace } from "/ui/vendor/diff/diff/word.js";

/**
 * What changed in one file, as a table.
 *
 * @typedef {import("../model/hunks.js").FileChange} FileChange
 * @typedef {import("../model/diff_rows.js").Block} Block
 * @typedef {import("../model/diff_rows.js").Line} Line
 * @typedef {import("../model/diff_rows.js").Side} Side
 *
 * @typedef {object} Choice  how hunks are taken and left
 * @property {() => string} label of the next hunk's box
 * @property {(key: string) => boolean} taken
 * @property {(key: string, taken: boolean) => void} turn
 */

const words = strings.artifact;
const COLUMNS = 4;

/**
 * @param {FileChange} change
 * @param {boolean} side whether both versions stand beside each other
 * @param {Choice | null} choice
 */
export function fileDiff(change, side, choice) {
  const { path, was, is } = change;
  const blocks = diffBlocks(change.pieces, diffWordsWithSpace);
  const hunks = blocks.filter((block) => block.kind === "hunk").flatMap((block) => block.lines);
  const state = was === null ? words.added : is === null ? words.removed : "";
  return h(
    "section",
    { class: "file-diff" },
    h(
      "h3",
      {},
      h("span", { class: "file-path" }, reveal(path)),
      state && badge(state, "idle"),
      h("span", { class: "diff-count add" }, `+${hunks.filter((line) => line.now).length}`),
      h("span", { class: "diff-count del" }, `−${hunks.filter((line) => line.old).length}`),
    ),
    h(
      "div",
      { class: "diff-scroller", tabindex: 0, role: "group", "aria-label": reveal(path) },
      h(
        "table",
        { class: side ? "diff side" : "diff" },
        ...(side ? [sideColumns()] : []),
        ...blocks.map((block) => bodyOf(block, side, choice)),
      ),
    ),
  );
}

function sideColumns() {
  const column = (/** @type {string} */ kind) => h("col", { class: kind });
  return h("colgroup", {}, column("number"), column("text"), column("number"), column("text"));
}

/**
 * @param {Block} block
 * @param {boolean} side
 * @param {Choice | null} choice
 */
function bodyOf(block, side, choice) {
  const body = h("tbody", { class: block.kind });
  if (block.kind === "folded") body.append(foldedRow(block, body, side));
  else {
    if (block.kind === "hunk" && choice) body.append(choiceRow(block.key, body, choice));
    body.append(...rowsOf(block, side));
  }
  return body;
}

/**
 * @param {Block} block
 * @param {HTMLElement} body
 * @param {boolean} side
 */
function foldedRow(block, body, side) {
  const unfold = () => {
    const scroller = /** @type {HTMLElement | null} */ (body.closest("[tabindex]"));
    body.replaceChildren(...rowsOf(block, side));
    scroller?.focus({ preventScroll: true });
  };
  const open = button(strings.edit.unfold(block.lines.length), unfold, { kind: "quiet small" });
  return h("tr", { class: "skip" }, h("td", { colspan: COLUMNS }, open));
}

/**
 * @param {string} key
 * @param {HTMLElement} body
 * @param {Choice} choice
 */
function choiceRow(key, body, choice) {
  const box = h("input", { type: "checkbox", checked: choice.taken(key) });
  const mark = () => body.classList.toggle("left", !box.checked);
  box.addEventListener("change", () => {
    mark();
    choice.turn(key, box.checked);
  });
  mark();
  return h(
    "tr",
    { class: "take" },
    h("td", { colspan: COLUMNS }, h("label", {}, box, h("span", {}, choice.label()))),
  );
}

/**
 * @param {Block} block
 * @param {boolean} side
 */
function rowsOf(block, side) {
  if (side) return block.lines.map((line) => sideRow(block, line));
  if (block.kind !== "hunk") return block.lines.map((line) => inlineRow("same", line.old, line.now));
  return [
    ...block.lines.flatMap(({ old }) => (old ? [inlineRow("del", old, null)] : [])),
    ...block.lines.flatMap(({ now }) => (now ? [inlineRow("add", null, now)] : [])),
  ];
}

/**
 * @param {"same" | "add" | "del"} kind
 * @param {Side | null} old
 * @param {Side | null} now
 */
function inlineRow(kind, old, now) {
  const sign = { same: " ", add: "+", del: "−" }[kind];
  return h(
    "tr",
    { class: kind },
    numberCell(old),
    numberCell(now),
    h("td", { class: "sign" }, sign),
    textCell(now ?? old, kind),
  );
}

/**
 * @param {Block} block
 * @param {Line} line
 */
function sideRow(block, { old, now }) {
  const hunk = block.kind === "hunk";
  const [before, after] = [old ? "del" : "none", now ? "add" : "none"];
  return h(
    "tr",
    {},
    numberCell(old, hunk ? before : ""),
    textCell(old, hunk ? before : "same"),
    numberCell(now, hunk ? after : ""),
    textCell(now, hunk ? after : "same"),
  );
}

/**
 * @param {Side | null} side
 * @param {string} [kind]
 */
function numberCell(side, kind = "") {
  return h("td", { class: `line-number ${kind}` }, side ? String(side.number) : "");
}

/**
 * @param {Side | null} side
 * @param {string} kind
 */
function textCell(side, kind) {
  const cell = h("td", { class: `diff-text ${kind}` });
  for (const { text, marked } of side?.spans ?? [])
    cell.append(marked ? h("mark", {}, reveal(text)) : reveal(text));
  if (side && !side.ended && kind !== "same")
    cell.append(h("span", { class: "no-line-break" }, strings.edit.noLineBreak));
  return cell;
}
