// @ts-check
import { h } from "../helpers/dom.js";
import * as parts from "../later.js";
import { retryOf } from "../net/later.js";
import { showLine } from "../render/code_block.js";
import { button, pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { codeView } from "./code_view.js";
import { keptEdit } from "./kept_edits.js";
import { saveBlob } from "./save_blob.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("../types.js").Version} Version
 *
 * @typedef {object} Shown
 * @property {Version} version
 * @property {Envelope | null} gate  at which a version made from this one may be proposed
 * @property {boolean} canSave  whether its files may leave the program
 */

const words = strings.artifact;

/** The files of the version shown: read, edited in place, or compared with another's. */
export class VersionFiles {
  #app;
  #panel;
  #redraw;
  #path = "";
  /** @type {number | null} the line that the reader is taken to when the code is shown */
  #line = null;
  /** What is shown, by tab and version. */
  #place = "";
  #asked = 0;
  /** @type {import("./edit_view.js").EditView | null} */
  #editing = null;
  /** @type {{ key: string, view: import("./changes_view.js").ChangesView } | null} */
  #comparing = null;

  /**
   * @param {App} app
   * @param {HTMLElement} panel
   * @param {(tab: "code" | "changes") => void} redraw
   */
  constructor(app, panel, redraw) {
    this.#app = app;
    this.#panel = panel;
    this.#redraw = redraw;
  }

  /** The version that is being edited. */
  get edited() {
    return this.#editing?.version ?? null;
  }

  /** Something else is shown in the panel. */
  leave() {
    this.#asked += 1;
    this.#goTo("");
  }

  /** Another session is shown. */
  forget() {
    this.#endEdit();
    this.#comparing = null;
    this.#path = "";
    this.leave();
  }

  /**
   * Show a file of a version from now on, where it has that one.
   * @param {Version} version
   * @param {string} path
   * @param {number | null} line
   */
  choose(version, path, line) {
    this.#goTo(codeOf(version));
    this.#path = path;
    this.#line = line;
  }

  /** @param {string} place what is shown from now on; a line is one of the place that it was chosen for */
  #goTo(place) {
    if (place !== this.#place) this.#line = null;
    this.#place = place;
  }

  /** @param {Shown} shown */
  showCode(shown) {
    const { version, gate } = shown;
    this.#goTo(codeOf(version));
    if (this.#editing && this.#editing.version.key !== version.key) this.#endEdit();
    if (this.#editing) {
      this.#line = null;
      this.#asked += 1;
      this.#editing.update(gate);
      this.#put(this.#editing.element);
      return;
    }
    const get = () => this.#app.current.files(version.hash);
    void this.#fetched(version, get, (files) => {
      const code = this.#code(shown, files);
      this.#put(code);
      if (this.#line !== null) showLine(code, this.#line);
      this.#line = null;
    });
  }

  /**
   * @param {Shown} shown
   * @param {Version | null} before
   */
  showChanges({ version, gate }, before) {
    if (!before) {
      this.leave();
      this.#panel.replaceChildren(h("p", { class: "pane-empty" }, words.first));
      return;
    }
    const key = `changes ${before.key} ${version.key}`;
    this.#goTo(key);
    if (this.#comparing?.key === key) {
      this.#asked += 1;
      this.#comparing.view.update(gate);
      this.#put(this.#comparing.view.element);
      return;
    }
    const { current } = this.#app;
    const get = () =>
      Promise.all([parts.changes.load(), current.files(before.hash), current.files(version.hash)]);
    void this.#fetched(version, get, ([{ ChangesView }, old, now]) => {
      const edit = () =>
        void this.#startEdit(version, now, key).catch((error) =>
          this.#app.sayProblem(error, retryOf(error, edit)),
        );
      const view = new ChangesView(this.#app, { version: before, files: old }, { version, files: now }, edit);
      view.update(gate);
      this.#comparing = { key, view };
      this.#put(view.element);
    });
  }

  /**
   * @template T
   * @param {Version} version the one shown
   * @param {() => Promise<T>} get
   * @param {(got: T) => void} draw
   */
  async #fetched(version, get, draw) {
    const asked = ++this.#asked;
    if (!version.ready) {
      this.#panel.replaceChildren(h("p", { class: "pane-empty" }, words.pending));
      return;
    }
    try {
      const got = await get();
      if (asked === this.#asked) draw(got);
    } catch (error) {
      if (asked !== this.#asked || this.#app.locksOut(error)) return;
      const again = retryOf(error, () => void this.#fetched(version, get, draw));
      this.#panel.replaceChildren(problemBox(/** @type {any} */ (error), again));
    }
  }

  /**
   * @param {Shown} shown
   * @param {SourceFile[]} files
   */
  #code(shown, files) {
    const { version, gate, canSave } = shown;
    const kept = keptEdit(this.#app.current.id, version) !== null;
    const edit = button(kept ? strings.edit.goOn : strings.edit.start, () => start(), {
      kind: "quiet small",
      icon: "pencil",
    });
    const start = () =>
      void pending(
        edit,
        () => this.#startEdit(version, files, codeOf(version)),
        (error) => this.#app.sayProblem(error, retryOf(error, start)),
      );
    const choose = (/** @type {string} */ path) => {
      this.choose(version, path, null);
      this.showCode(shown);
    };
    return codeView(files, this.#path, choose, {
      edit: gate || kept ? edit : null,
      save: canSave ? (file) => saveFile(this.#app, file) : null,
    });
  }

  /**
   * @param {Version} version
   * @param {SourceFile[]} files
   * @param {string} place where it is started; who has gone elsewhere meanwhile stays there
   */
  async #startEdit(version, files, place) {
    const session = this.#app.current.id;
    const { EditView } = await parts.editing.load();
    if (session !== this.#app.current.id || place !== this.#place) return;
    this.#endEdit();
    this.#editing = new EditView(this.#app, version, files, this.#path, () => {
      this.#endEdit();
      this.#redraw("code");
    });
    this.#redraw("code");
  }

  #endEdit() {
    this.#editing?.end();
    this.#editing = null;
  }

  /** @param {HTMLElement} element */
  #put(element) {
    if (this.#panel.childNodes.length !== 1 || this.#panel.firstChild !== element)
      this.#panel.replaceChildren(element);
  }
}

/** @param {Version} version */
function codeOf(version) {
  return `code ${version.key}`;
}

/**
 * @param {App} app
 * @param {SourceFile} file
 */
function saveFile(app, { path, content }) {
  const blob = new Blob([content], { type: "text/plain" });
  void saveBlob(app, blob, path.slice(path.lastIndexOf("/") + 1)).catch((error) => app.sayProblem(error));
}
