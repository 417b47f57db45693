// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { framed } from "../helpers/timing.js";
import { failedChecks } from "../model/report.js";
import { versionsOf } from "../model/versions.js";
import { Problem } from "../net/problem.js";
import { badge, button, VERDICT_TONE } from "../render/controls.js";
import { Field } from "../render/field.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").Version} Version
 * @typedef {"ask" | "change" | "override"} Mode
 */

const words = strings.decision;
const MAX_FEEDBACK = 10_000;

/** Asks the user about exactly one version, while a gate is open. */
class Decision extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {Envelope | null} */
  #gate = null;
  /** @type {Version | null} */
  #version = null;
  /** @type {Mode} */
  #mode = "ask";
  #sending = false;
  #facts = h("div", { class: "decision-facts" });
  #extra = h("div", { class: "decision-extra" });
  #buttons = h("div", { class: "decision-buttons" });
  #feedback = new Field(
    words.feedback,
    h("textarea", { rows: 3, maxlength: MAX_FEEDBACK }),
    words.feedbackHint,
  );

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.append(h("div", { class: "decision-row" }, this.#facts, this.#buttons), this.#extra);
    this.#feedback.control.addEventListener("keydown", (event) => this.#onKey(event));
    const follow = framed(() => this.#follow());
    app.current.log.watch(follow);
    app.current.loading.watch(follow);
  }

  #follow() {
    const ready = this.#app.current.loading.value === "ready";
    const run = (ready && this.#app.current.log.value?.newest) || null;
    const gate = run?.gate ?? null;
    show(this, gate !== null);
    if (gate?.data.gate_id === this.#gate?.data.gate_id) return;
    this.#gate = gate;
    this.#sending = false;
    this.#feedback.control.value = "";
    if (run && gate) this.#open(run, gate);
  }

  /**
   * @param {RunView} run
   * @param {Envelope} gate
   */
  #open(run, gate) {
    this.#version = versionsOf([run]).findLast((v) => v.hash === gate.data.artifact_hash) ?? null;
    const files = this.#version?.files ?? [];
    const verdict = this.#version?.verdict ?? "unchecked";
    const heading = h("h2", {}, words.heading(this.#version?.version ?? 0));
    const names = files.map((file) => `${reveal(file.path)} (${size(file.bytes)})`).join(", ");
    this.#facts.replaceChildren(
      h("div", { class: "decision-title" }, heading, badge(strings.verdict[verdict], VERDICT_TONE[verdict])),
      h("p", { class: "decision-files" }, names),
      h("p", { class: "hint" }, reveal(gate.data.summary)),
    );
    this.#turnTo("ask");
  }

  /** @param {Mode} mode */
  #turnTo(mode) {
    this.#mode = mode;
    this.#feedback.setProblem("");
    this.#extra.replaceChildren(...this.#extraOf(mode));
    this.#buttons.replaceChildren(...this.#buttonsOf(mode));
    if (mode === "change") this.#feedback.control.focus();
    if (mode === "override") this.#buttons.querySelector("button")?.focus();
  }

  /** @param {Mode} mode */
  #extraOf(mode) {
    if (mode === "change") return [this.#feedback.field];
    if (mode === "ask" || !this.#version) return [];
    const failed = failedChecks(this.#version.results).join(", ");
    const why = failed ? words.failing(reveal(failed)) : strings.verdictMeaning[this.#version.verdict];
    return [h("p", { class: "override", role: "alert" }, h("strong", {}, words.overrideHeading), ` ${why}`)];
  }

  /**
   * @param {Mode} mode
   * @returns {HTMLButtonElement[]}
   */
  #buttonsOf(mode) {
    const back = button(words.back, () => this.#turnTo("ask"), { kind: "quiet" });
    if (mode === "change") return [button(words.change, () => this.#sendChange(), { kind: "primary" }), back];
    if (mode === "override")
      return [
        button(words.overrideDo, () => this.#send("approve", { override: true }), { kind: "danger" }),
        back,
      ];
    const approve = button(words.approve, () => this.#approve(), { kind: "approve", icon: "check" });
    const change = button(words.change, () => this.#turnTo("change"), { icon: "pencil" });
    const reject = button(words.reject, () => this.#send("reject"), { kind: "quiet", icon: "cross" });
    Object.assign(approve.dataset, { shortcut: "approve" });
    Object.assign(change.dataset, { shortcut: "change" });
    Object.assign(reject.dataset, { shortcut: "reject" });
    for (const control of [approve, change, reject]) control.title = words.keys;
    return [approve, change, reject];
  }

  #approve() {
    if (this.#version?.verdict === "verified") this.#send("approve");
    else this.#turnTo("override");
  }

  #sendChange() {
    const feedback = this.#feedback.control.value.trim();
    this.#feedback.setProblem(feedback ? "" : words.feedbackEmpty);
    if (feedback) this.#send("revise", { feedback });
    else this.#feedback.control.focus();
  }

  /**
   * @param {"approve" | "revise" | "reject"} decision
   * @param {{ feedback?: string, override?: boolean }} [more]
   */
  async #send(decision, more) {
    if (this.#sending || !this.#gate) return;
    const gate = this.#gate;
    this.#setSending(true);
    try {
      await this.#app.current.decide(gate, decision, more);
    } catch (error) {
      if (gate === this.#gate) this.#failed(error);
    }
  }

  /** @param {boolean} sending the log's next events take the bar away */
  #setSending(sending) {
    this.#sending = sending;
    this.#buttons.querySelectorAll("button").forEach((control) => (control.disabled = sending));
    this.#buttons.toggleAttribute("aria-busy", sending);
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#setSending(false);
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) return;
    if (error.status === 409) {
      this.#app.say({ text: words.elsewhere });
      void this.#app.current.refresh().catch((problem) => this.#app.sayProblem(problem));
    } else if (error.field === "feedback") this.#feedback.setProblem(error.message);
    else this.#extra.replaceChildren(...this.#extraOf(this.#mode), problemBox(error));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#sendChange();
    } else if (event.key === "Escape") this.#turnTo("ask");
  }
}

customElements.define("rt-decision", Decision);
