// @ts-check
import { h, isTyping, show } from "../helpers/dom.js";
import { fitsServer, keep, kept } from "../helpers/keeping.js";
import { debounced } from "../helpers/timing.js";
import { restoreFiles, sameFiles } from "../model/checked.js";
import { Problem } from "../net/problem.js";
import { button, iconButton } from "../render/controls.js";
import { KeptNote } from "../render/kept_note.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { AttachedFiles } from "./attached_files.js";
import { CheckCard, levelLine } from "./check_card.js";
import { fileProblem, refusalOf } from "./check_problems.js";
import { PastedText } from "./pasted_text.js";
import { saveBlob } from "./save_blob.js";
import { takeDropped, takePasted } from "./take_files.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../control/file_check.js").Outcome} Outcome
 */

const words = strings.checkFiles;
const KEPT_AS = "check";
const KEEP_MS = 300;

/** Files of the user's own, and what a check says of them. Stands in place of the session while it is open. */
class CheckView extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #files = new AttachedFiles({ title: words.files, hint: words.filesHint, pick: words.pick }, () =>
    this.#touched(),
  );
  #pasted = new PastedText((file) => this.#files.put(file));
  #go = button(words.check, () => void this.#check(), { kind: "primary" });
  #stop = button(words.stop, () => this.#abandon(), { icon: "stop" });
  #top = h("div", {});
  #news = h("p", { class: "off-screen", role: "status" });
  #result = h("div", { class: "check-result" });
  /** @type {CheckCard | null} */
  #card = null;
  #kept = new KeptNote();
  #unkept = false;
  #keepSoon = debounced(() => this.#keepNow(), KEEP_MS);

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    const leave = iconButton("cross", words.leave, () => app.go(app.route.value));
    leave.classList.add("check-leave");
    this.append(leave, h("div", { class: "check-layout" }, this.#form(), this.#result), this.#news);
    app.keeping.watch(() => this.#unkept || this.#fill());
    this.#listen();
    app.checking.watch((checking) => this.#open(checking));
    app.fileCheck.running.watch((many) => this.#wait(many));
    app.fileCheck.outcome.watch((outcome) => outcome && this.#tell(outcome));
  }

  #form() {
    return h(
      "form",
      {
        class: "check-form",
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
      },
      h("h1", {}, words.heading),
      h("p", { class: "check-intro" }, words.intro),
      this.#top,
      this.#files.element,
      this.#pasted.element,
      this.#kept.element,
      h(
        "div",
        { class: "check-actions" },
        this.#go,
        this.#stop,
        h("span", { class: "hint" }, words.shortcut),
      ),
    );
  }

  #listen() {
    this.addEventListener("input", () => this.#touched());
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.#check();
    });
    addEventListener("pagehide", () => this.#keepNow());
    const take = (/** @type {File[]} */ files) => void this.#files.add(files);
    takeDropped(this, take);
    takePasted(this, null, take);
  }

  /** @param {boolean} checking */
  #open(checking) {
    show(this, checking);
    document.querySelector(".main")?.classList.toggle("checking", checking);
    if (checking) this.#files.focus();
  }

  /** @returns {import("../net/api.js").Source[]} */
  get #sources() {
    return this.#files.value.map(({ name, content }) => ({ path: name, content }));
  }

  #fill() {
    const text = kept(KEPT_AS);
    const { files, pasted } = restoreFiles(text);
    this.#kept.look(fitsServer(text));
    this.#files.value = files;
    this.#pasted.value = pasted;
  }

  #touched() {
    this.#unkept = true;
    this.#keepSoon();
    this.#files.setProblem("");
    this.#compare();
  }

  /** Another tab's newer files stay, unless something was changed here. */
  #keepNow() {
    if (!this.#unkept) return;
    this.#unkept = false;
    const text = JSON.stringify({ files: this.#files.value, pasted: this.#pasted.value });
    this.#kept.look(keep(KEPT_AS, text));
  }

  async #check() {
    if (this.#go.disabled || !(this.#pasted.isEmpty || this.#pasted.add())) return;
    this.#top.replaceChildren();
    const files = this.#sources;
    const problem = fileProblem(files);
    this.#files.setProblem(problem?.text ?? "", problem?.row);
    if (problem) {
      this.#files.focus();
      return;
    }
    const before = this.#card;
    await this.#app.fileCheck.check(files).catch((error) => this.#failed(error, files));
    if (this.#card !== before && !isTyping(document.activeElement)) this.#card?.focus();
  }

  #abandon() {
    this.#app.fileCheck.abandon();
    this.#go.focus();
  }

  /**
   * @param {unknown} error
   * @param {import("../net/api.js").Source[]} files
   */
  #failed(error, files) {
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) return;
    const refusal = refusalOf(error, files);
    if (refusal) this.#files.setProblem(refusal.text, refusal.row);
    else this.#top.replaceChildren(problemBox(error, () => void this.#check()));
  }

  /** @param {number} many files that are being checked */
  #wait(many) {
    const waiting = many > 0;
    this.#go.disabled = waiting;
    if (waiting) this.#go.setAttribute("aria-busy", "true");
    else this.#go.removeAttribute("aria-busy");
    show(this.#stop, waiting);
    if (waiting) this.#news.textContent = words.checking(many);
    const card = this.#card ? [this.#card.element] : [];
    this.#result.replaceChildren(...(waiting ? [waitingPanel(many)] : card));
  }

  /** @param {Outcome} outcome */
  #tell(outcome) {
    this.#card = new CheckCard(outcome, {
      again: () => void this.#check(),
      sarif: () => this.#saveSarif(),
      failed: (error) => this.#app.sayProblem(error),
    });
    this.#news.textContent = levelLine(outcome.reply);
    this.#compare();
  }

  /** Says so where the files are no longer those that the card speaks of. */
  #compare() {
    const { outcome } = this.#app.fileCheck;
    if (this.#card && outcome.value) this.#card.stale = !sameFiles(outcome.value.files, this.#sources);
  }

  async #saveSarif() {
    const log = JSON.stringify(await this.#app.fileCheck.sarif(), null, 2);
    await saveBlob(this.#app, new Blob([log], { type: "application/sarif+json" }), "check.sarif");
  }
}

/** @param {number} many */
function waitingPanel(many) {
  return h(
    "div",
    { class: "check-waiting" },
    h("p", {}, words.checking(many)),
    h("p", { class: "hint" }, words.checkingHint),
  );
}

customElements.define("rt-check", CheckView);
