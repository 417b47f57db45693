// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { filesOf, isTaken } from "../model/edit_draft.js";
import { badge, button } from "../render/controls.js";
import { Field } from "../render/field.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("../model/edit_draft.js").Edit} Edit
 * @typedef {import("../model/edit_draft.js").EditedFile} EditedFile
 *
 * @typedef {object} Actions
 * @property {(path: string) => void} open
 * @property {(path: string) => void} add
 * @property {(from: string, to: string) => void} rename
 * @property {(path: string) => void} remove
 */

const words = strings.edit;

/** The files of a version that is edited: one is open, others come, go and get other names. */
export class EditedFiles {
  #actions;
  /** @type {Edit} */
  #edit = { changed: {}, removed: [] };
  /** @type {SourceFile[]} */
  #base = [];
  #path = "";
  #drawn = "";
  #list = h("ul", { class: "edit-list" });
  #form = h("div", { class: "edit-name" });
  #rename = button(words.rename, () => this.#ask(this.#path), { kind: "quiet small" });
  #remove = button(words.remove, () => this.#actions.remove(this.#path), { kind: "quiet small" });
  #add = button(words.addFile, () => this.#ask(""), { kind: "quiet small", icon: "plus" });

  /** @param {Actions} actions */
  constructor(actions) {
    this.#actions = actions;
    this.element = h(
      "div",
      { class: "edit-files", role: "group", "aria-label": words.files },
      this.#list,
      h("div", { class: "edit-file-actions" }, this.#add, this.#rename, this.#remove),
      this.#form,
    );
  }

  /**
   * @param {Edit} edit
   * @param {SourceFile[]} base
   * @param {string} path of the open file
   */
  draw(edit, base, path) {
    const files = filesOf(edit, base);
    this.#edit = edit;
    this.#base = base;
    this.#path = path;
    this.#remove.disabled = files.length < 2;
    this.#remove.title = files.length < 2 ? words.lastFile : "";
    const drawn = JSON.stringify([path, files.map((file) => [file.path, file.state])]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const focused = this.#list.contains(document.activeElement);
    this.#list.replaceChildren(...files.map((file) => this.#row(file)));
    if (focused) /** @type {HTMLElement | null} */ (this.#list.querySelector("[aria-current]"))?.focus();
  }

  /** @param {EditedFile} file */
  #row({ path, state }) {
    const open = h(
      "button",
      {
        type: "button",
        "aria-current": path === this.#path && "true",
        onclick: () => this.#actions.open(path),
      },
      icon("file"),
      h("span", { class: "file-path" }, reveal(path)),
      words.state[state] && badge(words.state[state], "waiting"),
    );
    return h("li", {}, open);
  }

  /** @param {string} path the file that gets another name; empty: a new one */
  #ask(path) {
    const input = h("input", {
      class: "code-input",
      autocomplete: "off",
      spellcheck: "false",
      maxlength: 255,
    });
    input.value = path;
    const field = new Field(path ? words.renameTo(reveal(path)) : words.newName, input);
    const close = () => {
      this.#form.replaceChildren();
      (path ? this.#rename : this.#add).focus();
    };
    const take = () => this.#take(field, path, close);
    const form = h(
      "form",
      { class: "edit-name-form" },
      field.field,
      button(words.ok, take, { kind: "small" }),
      button(words.cancel, close, { kind: "quiet small" }),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      take();
    });
    form.addEventListener("keydown", (event) => event.key === "Escape" && close());
    this.#form.replaceChildren(form);
    input.focus();
    input.select();
  }

  /**
   * @param {Field<HTMLInputElement>} field
   * @param {string} from
   * @param {() => void} close
   */
  #take(field, from, close) {
    const to = field.control.value.trim();
    const taken = to !== from && isTaken(this.#edit, this.#base, to, from);
    field.setProblem(to ? (taken ? words.nameTaken : "") : words.nameEmpty);
    if (!to || taken) return;
    close();
    if (to === from) return;
    if (from) this.#actions.rename(from, to);
    else this.#actions.add(to);
  }
}
