// @ts-check
import { h, show } from "../helpers/dom.js";
import { debounced } from "../helpers/timing.js";
import {
  changeCount,
  emptyEdit,
  filesOf,
  isEmpty,
  renamed,
  withFile,
  withoutFile,
} from "../model/edit_draft.js";
import { codeEditor } from "../later.js";
import { awaited } from "../render/awaited.js";
import { badge, button, pending } from "../render/controls.js";
import { KeptNote } from "../render/kept_note.js";
import { strings } from "../strings.js";
import { EditedFiles } from "./edited_files.js";
import { keepEdit, keptEdit } from "./kept_edits.js";
import { proposalFailed } from "./proposing.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("../types.js").Version} Version
 * @typedef {import("../model/edit_draft.js").Edit} Edit
 */

const words = strings.edit;
const KEEP_MS = 300;

/** A version's code while it is edited in place. What is written is kept until it was proposed. */
export class EditView {
  #app;
  #base;
  #session;
  #closed;
  /** @type {Edit} */
  #edit;
  #path = "";
  #ended = false;
  /** @type {Envelope | null} */
  #gate = null;
  /** @type {import("./code_editor.js").CodeEditor | null} */
  #editor = null;
  #count = badge("", "waiting");
  #propose = button(words.propose, () => void this.#send(), { kind: "primary small" });
  #discard = button(words.discard, () => this.#drop(), { kind: "quiet small" });
  #waiting = h("p", { class: "edit-waiting", role: "status" }, words.waiting);
  #kept = new KeptNote();
  #problem = h("div", { class: "edit-problem" });
  #place = h("div", { class: "editor-place" });
  #files;
  #keepSoon = debounced(() => this.#keep(), KEEP_MS);
  #leave = () => this.#keep();

  /**
   * @param {App} app
   * @param {Version} version
   * @param {SourceFile[]} base its files
   * @param {string} path of the file to begin with
   * @param {() => void} closed
   */
  constructor(app, version, base, path, closed) {
    this.#app = app;
    this.#base = base;
    this.#closed = closed;
    this.#session = app.current.id;
    this.version = version;
    this.#edit = keptEdit(this.#session, version) ?? emptyEdit();
    this.#files = new EditedFiles({
      open: (chosen) => void this.#open(chosen),
      add: (chosen) => this.#change(withFile(this.#edit, base, chosen, ""), chosen),
      rename: (from, to) => this.#rename(from, to),
      remove: (chosen) => this.#remove(chosen),
    });
    this.element = h(
      "section",
      { class: "edit-view", "aria-label": words.editing(version.version) },
      this.#bar(),
      this.#waiting,
      this.#kept.element,
      this.#problem,
      h("div", { class: "edit-body" }, this.#files.element, this.#place),
      h("p", { class: "edit-keys hint" }, words.keys),
    );
    this.element.addEventListener("keydown", (event) => this.#onKey(event), true);
    addEventListener("pagehide", this.#leave);
    this.#draw();
    this.#place.replaceChildren(awaited(codeEditor, ({ CodeEditor }) => this.#begin(CodeEditor, path)));
  }

  /** @param {Envelope | null} gate the open one, at which the edit may be proposed */
  update(gate) {
    this.#gate = gate;
    this.#draw();
  }

  /** The view is not shown any more. */
  end() {
    this.#ended = true;
    this.#keep();
    removeEventListener("pagehide", this.#leave);
    this.#editor?.destroy();
  }

  #bar() {
    return h(
      "div",
      { class: "edit-bar" },
      h("h3", {}, words.editing(this.version.version)),
      this.#count,
      h(
        "div",
        { class: "edit-buttons" },
        button(words.close, () => this.#closed(), { kind: "quiet small" }),
        this.#discard,
        this.#propose,
      ),
    );
  }

  /**
   * @param {typeof import("./code_editor.js").CodeEditor} CodeEditor
   * @param {string} path
   */
  #begin(CodeEditor, path) {
    if (this.#ended) return null;
    const editor = new CodeEditor(this.#typed);
    this.#editor = editor;
    void this.#open(path).then(() => this.element.isConnected && editor.focus());
    return editor.element;
  }

  /** @param {string} path one that is not there any more stands for the first */
  async #open(path) {
    const files = filesOf(this.#edit, this.#base);
    const file = files.find((f) => f.path === path) ?? files[0];
    this.#path = file?.path ?? "";
    this.#draw();
    if (file) await this.#editor?.open(file.path, file.content);
  }

  /**
   * @param {string} path
   * @param {string} content
   */
  #typed = (path, content) => {
    this.#edit = withFile(this.#edit, this.#base, path, content);
    this.#problem.replaceChildren();
    this.#keepSoon();
    this.#draw();
  };

  /**
   * @param {Edit} edit
   * @param {string} path
   */
  #change(edit, path) {
    this.#edit = edit;
    this.#keep();
    void this.#open(path).then(() => this.#editor?.focus());
  }

  /**
   * @param {string} from
   * @param {string} to
   */
  #rename(from, to) {
    this.#editor?.forget(from);
    this.#change(renamed(this.#edit, this.#base, from, to), to);
  }

  /** @param {string} path */
  #remove(path) {
    const before = this.#edit;
    this.#editor?.forget(path);
    this.#change(withoutFile(before, this.#base, path), "");
    const undo = { label: words.undo, run: () => this.#change(before, path) };
    this.#app.say({ text: words.removed(path), action: undo });
  }

  #drop() {
    const before = this.#edit;
    this.#edit = emptyEdit();
    this.#closed();
    const run = () => keepEdit(this.#session, this.version, before);
    this.#app.say({ text: words.discarded, action: { label: words.undo, run } });
  }

  async #send() {
    const gate = this.#gate;
    if (!gate || isEmpty(this.#edit) || this.#propose.disabled) return;
    this.#keep();
    this.#problem.replaceChildren();
    const propose = async () => {
      await this.#app.current.propose(gate, this.version.hash, this.#edit);
      this.#edit = emptyEdit();
      this.#app.say({ text: words.proposed });
      if (this.#ended)
        this.#keep(); // the user is elsewhere by now
      else this.#closed();
    };
    const again = () => void this.#send();
    await pending(this.#propose, propose, (error) => proposalFailed(this.#app, this.#problem, error, again));
    this.#draw();
  }

  #keep() {
    this.#kept.look(keepEdit(this.#session, this.version, this.#edit));
  }

  #draw() {
    const count = changeCount(this.#edit);
    this.#count.textContent = count ? words.changes(count) : words.unchanged;
    this.#count.dataset.tone = count ? "waiting" : "idle";
    this.#propose.disabled = !this.#gate || !count || this.#propose.hasAttribute("aria-busy");
    this.#discard.disabled = !count;
    show(this.#waiting, !this.#gate);
    this.#files.draw(this.#edit, this.#base, this.#path);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#send();
  }
}
