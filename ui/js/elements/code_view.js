// @ts-check
import { h } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { numberedCode } from "../render/code_block.js";
import { button, copyButton } from "../render/controls.js";
import { languageOf } from "../render/highlight.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/**
 * The files of a version.
 *
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {{ edit: HTMLElement | null, save: ((file: SourceFile) => void) | null }} Actions
 */

const words = strings.artifact;

/**
 * Files beside the chosen one's code.
 * @param {SourceFile[]} files
 * @param {string} chosen path
 * @param {(path: string) => void} choose
 * @param {Actions} actions
 */
export function codeView(files, chosen, choose, { edit, save }) {
  const file = files.find((f) => f.path === chosen) ?? files[0];
  const bar = h(
    "div",
    { class: "file-bar" },
    icon("file"),
    h("span", { class: "file-path" }, reveal(file.path)),
    h("span", { class: "hint" }, size(file.bytes)),
    save && button(strings.edit.saveFile, () => save(file), { kind: "quiet small", icon: "download" }),
    copyButton(() => file.content, strings.edit.copyFile),
    edit,
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
