// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { keep, kept } from "../helpers/keeping.js";
import { chosenEdit, fileChanges, hunkKeys } from "../model/hunks.js";
import { button, pending } from "../render/controls.js";
import { fileDiff } from "../render/diff_table.js";
import { strings } from "../strings.js";
import { diffLines } from "/ui/vendor/diff/diff/line.js";
import { keepEdit, keptEdit } from "./kept_edits.js";
import { proposalFailed } from "./proposing.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {import("../types.js").Version} Version
 * @typedef {{ version: Version, files: SourceFile[] }} Of
 */

const words = strings.edit;
const LAYOUT = "diff-layout";

/** What changed between two versions; while a gate is open each change may be taken or left. */
export class ChangesView {
  #app;
  #now;
  #session;
  #place;
  #changes;
  /** @type {string[]} */
  #keys;
  /** @type {Set<string>} */
  #left;
  /** @type {Envelope | null} */
  #gate = null;
  #side = kept(LAYOUT) === "side";
  #edit;
  #body = h("div", { class: "changes" });
  #count = h("p", { class: "choice-count", role: "status" });
  #problem = h("div", {});
  #propose = button(words.propose, () => void this.#send(), { kind: "primary small" });
  #editFirst = button(words.editChoice, () => this.#toEditor(), { kind: "small" });
  #takeAll = button(words.takeAll, () => this.#choose([]), { kind: "quiet small" });
  #leaveAll = button(words.leaveAll, () => this.#choose(this.#keys), { kind: "quiet small" });
  #bar = h(
    "div",
    { class: "choice-bar" },
    h("div", { class: "choice-told" }, this.#count, h("p", { class: "hint" }, words.chooseHint)),
    h("div", { class: "choice-buttons" }, this.#takeAll, this.#leaveAll, this.#editFirst, this.#propose),
    this.#problem,
  );

  /**
   * @param {App} app
   * @param {Of} before
   * @param {Of} now
   * @param {() => void} edit shows the editor for the newer version
   */
  constructor(app, before, now, edit) {
    this.#app = app;
    this.#now = now.version;
    this.#session = app.current.id;
    this.#edit = edit;
    this.#place = `hunks:${this.#session}:${before.version.hash}:${now.version.hash}`;
    this.#changes = fileChanges(before.files, now.files, diffLines);
    this.#keys = this.#changes.flatMap((change) => hunkKeys(change.pieces));
    const left = kept(this.#place)?.split("\n") ?? [];
    this.#left = new Set(left.filter((key) => this.#keys.includes(key)));
    this.element = h("div", { class: "changes-view" });
    if (!this.#changes.length) this.element.append(h("p", { class: "pane-empty" }, strings.artifact.same));
    else this.element.append(this.#layoutChoice(), this.#body, this.#bar);
    this.#drawBody();
    this.#drawBar();
  }

  /** @param {Envelope | null} gate the open one, at which a choice may be proposed */
  update(gate) {
    const changed = Boolean(gate) !== Boolean(this.#gate);
    this.#gate = gate;
    if (changed) this.#drawBody();
    this.#drawBar();
  }

  #layoutChoice() {
    const name = `layout-${nextId()}`;
    const option = (/** @type {boolean} */ side, /** @type {string} */ label) => {
      const input = h("input", { type: "radio", name, checked: side === this.#side });
      input.addEventListener("change", () => this.#layOut(side));
      return h("label", {}, input, label);
    };
    return h(
      "div",
      { class: "layout-choice", role: "radiogroup", "aria-label": words.layout },
      option(false, words.inline),
      option(true, words.side),
    );
  }

  /** @param {boolean} side */
  #layOut(side) {
    this.#side = side;
    keep(LAYOUT, side ? "side" : "inline");
    this.#drawBody();
  }

  #drawBody() {
    let number = 0;
    const choice = {
      label: () => words.takeHunk(++number, this.#keys.length),
      taken: (/** @type {string} */ key) => !this.#left.has(key),
      turn: (/** @type {string} */ key, /** @type {boolean} */ taken) => {
        if (taken) this.#left.delete(key);
        else this.#left.add(key);
        this.#chosen();
      },
    };
    const choosing = this.#gate ? choice : null;
    this.#body.replaceChildren(...this.#changes.map((change) => fileDiff(change, this.#side, choosing)));
  }

  /** @param {string[]} left */
  #choose(left) {
    this.#left = new Set(left);
    this.#drawBody();
    this.#chosen();
  }

  #chosen() {
    keep(this.#place, this.#left.size ? [...this.#left].join("\n") : null);
    this.#problem.replaceChildren();
    this.#drawBar();
  }

  #drawBar() {
    const all = this.#keys.length;
    const taken = all - this.#left.size;
    const told = taken === all ? words.allTaken : taken ? words.taken(taken, all) : words.noneTaken;
    if (this.#count.textContent !== told) this.#count.textContent = told;
    const mixed = taken > 0 && taken < all;
    const busy = this.#propose.hasAttribute("aria-busy");
    this.#propose.disabled = !mixed || busy;
    this.#editFirst.disabled = !mixed || busy || keptEdit(this.#session, this.#now) !== null;
    this.#takeAll.disabled = taken === all;
    this.#leaveAll.disabled = taken === 0;
    show(this.#bar, this.#gate !== null);
  }

  #toEditor() {
    keepEdit(this.#session, this.#now, chosenEdit(this.#changes, this.#left));
    this.#edit();
  }

  async #send() {
    const gate = this.#gate;
    if (!gate) return;
    this.#problem.replaceChildren();
    const propose = async () => {
      await this.#app.current.propose(gate, this.#now.hash, chosenEdit(this.#changes, this.#left));
      keep(this.#place, null);
      this.#app.say({ text: words.proposed });
    };
    const again = () => void this.#send();
    await pending(this.#propose, propose, (error) => proposalFailed(this.#app, this.#problem, error, again));
    this.#drawBar();
  }
}
