// @ts-check
import { h, show } from "../helpers/dom.js";
import { duration } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { Problem } from "../net/problem.js";
import { button, pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { examCard } from "./exam_card.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../control/exams.js").ModelExam} ModelExam
 * @typedef {import("../model/exam.js").ExamJob} ExamJob
 * @typedef {import("../model/exam.js").ExamReply} ExamReply
 */

const words = strings.exam;

/** `<rt-model-exam provider="builtin" model="name">`: examine a model, watch it, and see what was found. */
class ModelExamElement extends HTMLElement {
  /** @type {App | null} */
  #app = null;
  /** @type {ModelExam | null} */
  #exam = null;
  #start = button(words.examine, () => void this.#begin(), { kind: "small" });
  #cancel = button(words.cancel, () => void this.#end(), { kind: "small" });
  #about = h("span", { class: "hint" }, words.about);
  #actions = h("div", { class: "exam-actions" }, this.#start, this.#about);
  #bar = h("progress", { max: 1 });
  #trying = h("span", { class: "exam-trying" });
  #left = h("span", { class: "hint" });
  #going = h("div", { class: "exam-going" }, this.#bar, this.#trying, this.#left, this.#cancel);
  #problem = h("div", {});
  #ending = h("div", {});
  #result = h("div", {});
  #news = h("p", { class: "off-screen", role: "status" });
  #shown = "";
  #state = "";

  /**
   * Called once, before or after it is put into the page.
   * @param {App} app
   */
  connect(app) {
    const provider = this.getAttribute("provider") ?? "";
    const model = this.getAttribute("model") ?? "";
    this.#app = app;
    this.#build(model);
    this.#exam = app.exam(provider, model);
    this.#exam.reply.watch((reply) => reply && this.#draw(reply));
    if (this.isConnected) this.#look();
  }

  connectedCallback() {
    if (this.#exam) this.#look();
  }

  disconnectedCallback() {
    this.#exam?.leave();
  }

  #look() {
    this.#problem.replaceChildren();
    this.#exam?.look().catch((error) => this.#failed(error, () => this.#look()));
  }

  /** @param {string} model */
  #build(model) {
    this.#bar.setAttribute("aria-label", words.progress(reveal(model)));
    this.#cancel.setAttribute("aria-label", words.of(words.cancel, reveal(model)));
    show(this.#actions, false);
    show(this.#going, false);
    this.append(this.#actions, this.#going, this.#problem, this.#ending, this.#result, this.#news);
  }

  async #begin() {
    this.#problem.replaceChildren();
    this.#ending.replaceChildren();
    this.#state = "";
    await pending(
      this.#start,
      async () => this.#exam?.start(),
      (error) => this.#failed(error, () => void this.#begin()),
    );
    if (this.#exam?.running) this.#cancel.focus();
  }

  async #end() {
    this.#trying.textContent = words.cancelling;
    await pending(
      this.#cancel,
      async () => this.#exam?.cancel(),
      (error) => this.#failed(error, () => void this.#end()),
    );
    this.#start.focus();
  }

  /**
   * @param {unknown} error
   * @param {() => void} again
   */
  #failed(error, again) {
    if (!(error instanceof Problem)) throw error;
    if (!this.#app?.locksOut(error)) this.#problem.replaceChildren(problemBox(error, again));
  }

  /** @param {ExamReply} reply */
  #draw(reply) {
    const { job, result } = reply;
    const running = job?.state === "running";
    const action = result ? words.again : words.examine;
    this.#start.textContent = action;
    this.#start.setAttribute("aria-label", words.of(action, reveal(reply.model)));
    show(this.#actions, reply.may_start && !running);
    show(this.#about, !result);
    show(this.#going, running);
    if (job && running) this.#progress(job);
    this.#drawResult(reply);
    const state = job?.state ?? "";
    if (state !== this.#state) this.#changed(job, reply.model);
    this.#state = state;
  }

  /** @param {ExamJob} job */
  #progress(job) {
    const begun = job.part !== "";
    if (begun) this.#bar.value = job.of ? job.done / job.of : 0;
    else this.#bar.removeAttribute("value");
    this.#trying.textContent = job.part ? words.trying(words.parts[job.part], job.title) : words.preparing;
    this.#left.textContent = begun
      ? `${words.question(job.done + 1, job.of)} · ${words.left(duration(Math.round(job.seconds_left ?? 0)))}`
      : "";
  }

  /** @param {ExamReply} reply */
  #drawResult({ job, result }) {
    const key = result ? `${result.digest} ${result.when} ${result.stale}` : "";
    if (key === this.#shown || !result) return;
    this.#shown = key;
    const open = this.#state === "running" && job?.state === "done";
    const evidence = () => /** @type {ModelExam} */ (this.#exam).evidence();
    this.#result.replaceChildren(examCard(result, { open, evidence }));
  }

  /**
   * @param {ExamJob | null} job
   * @param {string} model
   */
  #changed(job, model) {
    this.#ending.replaceChildren(...this.#endOf(job));
    if (job?.state === "running") this.#news.textContent = words.progress(reveal(model));
    if (job?.state === "cancelled") this.#news.textContent = words.cancelled;
    if (job?.state === "done") this.#news.textContent = words.ended(reveal(model));
    // The row above shows the speed that was measured.
    if (job?.state === "done" && this.#state === "running") void this.#app?.pulls.refresh();
  }

  /**
   * What is to be said of an exam that came to nothing.
   * @param {ExamJob | null} job
   */
  #endOf(job) {
    if (job?.state === "interrupted") return [h("p", { class: "hint" }, words.interrupted)];
    if (job?.state !== "failed" || !job.problem) return [];
    const problem = new Problem({ ...job.problem, retryable: true }, 0, true);
    return [problemBox(problem, () => void this.#begin())];
  }
}

customElements.define("rt-model-exam", ModelExamElement);
