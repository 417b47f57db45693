// @ts-check
import { h } from "../helpers/dom.js";
import { button } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { ChangesView } from "./changes_view.js";
import { codeView } from "./code_view.js";
import { EditView, keptEdit } from "./edit_view.js";
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
  #asked = 0;
  /** @type {EditView | null} */
  #editing = null;
  /** @type {{ key: string, view: ChangesView } | null} */
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
  }

  /** Another session is shown. */
  forget() {
    this.#endEdit();
    this.#comparing = null;
    this.#path = "";
  }

  /** @param {string} path of the file that is shown from now on, where the version has it */
  choose(path) {
    this.#path = path;
  }

  /** @param {Shown} shown */
  showCode(shown) {
    const { version, gate } = shown;
    if (this.#editing && this.#editing.version.key !== version.key) this.#endEdit();
    if (this.#editing) {
      this.#editing.update(gate);
      this.#put(this.#editing.element);
      return;
    }
    void this.#fetched(version, [version], ([files]) => this.#put(this.#code(shown, files)));
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
    const key = `${before.key} ${version.key}`;
    if (this.#comparing?.key === key) {
      this.leave();
      this.#comparing.view.update(gate);
      this.#put(this.#comparing.view.element);
      return;
    }
    void this.#fetched(version, [before, version], ([old, now]) => {
      const edit = () => this.#startEdit(version, now);
      const view = new ChangesView(this.#app, { version: before, files: old }, { version, files: now }, edit);
      view.update(gate);
      this.#comparing = { key, view };
      this.#put(view.element);
    });
  }

  /**
   * @param {Version} version the one shown
   * @param {Version[]} wanted
   * @param {(files: SourceFile[][]) => void} draw
   */
  async #fetched(version, wanted, draw) {
    const asked = ++this.#asked;
    if (!version.ready) {
      this.#panel.replaceChildren(h("p", { class: "pane-empty" }, words.pending));
      return;
    }
    try {
      const files = await Promise.all(wanted.map((one) => this.#app.current.files(one.hash)));
      if (asked === this.#asked) draw(files);
    } catch (error) {
      if (asked !== this.#asked || this.#app.locksOut(error)) return;
      const again = () => void this.#fetched(version, wanted, draw);
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
    const edit = button(
      kept ? strings.edit.goOn : strings.edit.start,
      () => this.#startEdit(version, files),
      {
        kind: "quiet small",
        icon: "pencil",
      },
    );
    const choose = (/** @type {string} */ path) => {
      this.#path = path;
      this.showCode(shown);
    };
    return codeView(files, this.#path, choose, {
      edit: gate || kept ? edit : null,
      save: canSave ? saveFile : null,
    });
  }

  /**
   * @param {Version} version
   * @param {SourceFile[]} files
   */
  #startEdit(version, files) {
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

/** @param {SourceFile} file */
function saveFile({ path, content }) {
  saveBlob(new Blob([content], { type: "text/plain" }), path.slice(path.lastIndexOf("/") + 1));
}
