// @ts-check
import { h } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { diffRows } from "../model/diff_rows.js";
import { numberedCode } from "../render/code_block.js";
import { badge, copyButton } from "../render/controls.js";
import { languageOf } from "../render/highlight.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";
import { diffLines } from "/ui/vendor/diff/diff/line.js";

/**
 * The files of a version: its code, and what changed.
 *
 * @typedef {import("../types.js").SourceFile} SourceFile
 */

const words = strings.artifact;

/**
 * Files beside the chosen one's code.
 * @param {SourceFile[]} files
 * @param {string} chosen path
 * @param {(path: string) => void} choose
 */
export function codeView(files, chosen, choose) {
  const file = files.find((f) => f.path === chosen) ?? files[0];
  const bar = h(
    "div",
    { class: "file-bar" },
    icon("file"),
    h("span", { class: "file-path" }, reveal(file.path)),
    h("span", { class: "hint" }, size(file.bytes)),
    copyButton(() => file.content),
  );
  const code = numberedCode(file.content, languageOf(file.path), reveal(file.path));
  const tree = files.length > 1 && fileTree(files, file.path, choose);
  return h(
    "div",
    { class: tree ? "code-view with-tree" : "code-view" },
    tree,
    h("div", { class: "file-view" }, bar, code),
  );
}

/**
 * @param {SourceFile[]} files
 * @param {string} chosen
 * @param {(path: string) => void} choose
 */
function fileTree(files, chosen, choose) {
  let folder = "";
  const rows = files.flatMap((file) => {
    const cut = file.path.lastIndexOf("/") + 1;
    const here = file.path.slice(0, cut);
    const heading = here && here !== folder ? [h("li", { class: "tree-folder" }, reveal(here))] : [];
    folder = here;
    const open = h(
      "button",
      {
        type: "button",
        "aria-current": file.path === chosen && "true",
        onclick: () => choose(file.path),
        class: here ? "nested" : "",
      },
      icon("file"),
      h("span", {}, reveal(file.path.slice(cut))),
    );
    return [...heading, h("li", {}, open)];
  });
  return h("ul", { class: "file-tree", "aria-label": words.files }, ...rows);
}

/**
 * What changed, file by file.
 * @param {SourceFile[]} before
 * @param {SourceFile[]} after
 */
export function changesView(before, after) {
  const paths = [...new Set([...before, ...after].map((file) => file.path))].sort();
  const changed = paths
    .map((path) => ({ path, was: contentOf(before, path), is: contentOf(after, path) }))
    .filter(({ was, is }) => was !== is);
  if (!changed.length) return h("p", { class: "pane-empty" }, words.same);
  return h("div", { class: "changes" }, ...changed.map(fileDiff));
}

/**
 * @param {SourceFile[]} files
 * @param {string} path
 */
function contentOf(files, path) {
  return files.find((file) => file.path === path)?.content ?? null;
}

/** @param {{ path: string, was: string | null, is: string | null }} change */
function fileDiff({ path, was, is }) {
  const changes = diffLines(was ?? "", is ?? "");
  const added = changes.filter((c) => c.added).reduce((sum, c) => sum + (c.count ?? 0), 0);
  const removed = changes.filter((c) => c.removed).reduce((sum, c) => sum + (c.count ?? 0), 0);
  const state = was === null ? words.added : is === null ? words.removed : "";
  return h(
    "section",
    { class: "file-diff" },
    h(
      "h3",
      {},
      h("span", { class: "file-path" }, reveal(path)),
      state && badge(state, "idle"),
      h("span", { class: "diff-count add" }, `+${added}`),
      h("span", { class: "diff-count del" }, `−${removed}`),
    ),
    h(
      "div",
      { class: "diff-scroller", tabindex: 0, role: "group", "aria-label": reveal(path) },
      h("table", { class: "diff" }, h("tbody", {}, ...diffRows(changes).map(diffRow))),
    ),
  );
}

/** @param {import("../model/diff_rows.js").Row | import("../model/diff_rows.js").Skip} row */
function diffRow(row) {
  if (row.kind === "skip")
    return h("tr", { class: "skip" }, h("td", { colspan: 4 }, words.skipped(row.count)));
  const sign = { same: " ", add: "+", del: "−" }[row.kind];
  return h(
    "tr",
    { class: row.kind },
    h("td", { class: "line-number" }, row.before === null ? "" : String(row.before)),
    h("td", { class: "line-number" }, row.after === null ? "" : String(row.after)),
    h("td", { class: "sign" }, sign),
    h("td", { class: "diff-text" }, reveal(row.text)),
  );
}
