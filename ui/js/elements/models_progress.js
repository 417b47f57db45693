// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { isBusy, milestoneOf, percentOf } from "../model/pull_jobs.js";
import { button, pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { progressLine, spokenOf } from "../render/pull_words.js";
import { Problem } from "../net/problem.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").PullJob} PullJob
 */

const words = strings.models;

/** One download: a bar, figures, what went wrong, and what can be done. It stays the same element. */
export class PullProgress {
  #app;
  /** @type {PullJob} */
  #job;
  #milestone = "";
  #fill = h("span", { class: "bar-fill" });
  #bar;
  #line = h("p", { class: "pull-line" });
  #spoken = h("p", { class: "off-screen", role: "status" });
  #problem = h("div", {});
  #cancel;
  #again;
  #discard;

  /**
   * @param {App} app
   * @param {PullJob} job
   */
  constructor(app, job) {
    this.#app = app;
    this.#job = job;
    const model = reveal(job.model);
    this.#bar = h("div", {
      class: "bar",
      role: "progressbar",
      "aria-label": words.progressOf(model),
      "aria-valuemin": 0,
      "aria-valuemax": 100,
    });
    this.#bar.append(this.#fill);
    this.#cancel = this.#control(words.cancel, words.cancelOf(model), () => app.pulls.cancel(this.#job));
    this.#again = this.#control(words.resume, words.resumeOf(model), () => this.#start());
    this.#discard = this.#control(words.discard, words.discardOf(model), () => app.pulls.forget(this.#job));
    this.element = h(
      "div",
      { class: "pull" },
      this.#bar,
      h("div", { class: "pull-foot" }, this.#line, this.#cancel, this.#again, this.#discard),
      this.#problem,
      this.#spoken,
    );
    this.update(job);
  }

  /** @param {PullJob} job */
  update(job) {
    const focused = this.element.contains(document.activeElement);
    this.#job = job;
    const busy = isBusy(job);
    this.element.dataset.state = job.state;
    this.#showBar(job, busy);
    this.#line.textContent = progressLine(job);
    show(this.#cancel, busy);
    show(this.#again, !busy);
    show(this.#discard, !busy);
    this.#discard.textContent = job.bytes_done ? words.discard : words.dismiss;
    const gone = job.bytes_done ? words.discardOf : words.dismissOf;
    this.#discard.setAttribute("aria-label", gone(reveal(job.model)));
    this.#again.textContent = job.state === "failed" ? words.retry : words.resume;
    const named = job.state === "failed" ? words.retryOf : words.resumeOf;
    this.#again.setAttribute("aria-label", named(reveal(job.model)));
    this.#showProblem(job);
    this.#say(job);
    if (focused && !this.element.contains(document.activeElement))
      (busy ? this.#cancel : this.#again).focus();
  }

  /**
   * @param {PullJob} job
   * @param {boolean} busy
   */
  #showBar(job, busy) {
    const percent = percentOf(job);
    show(this.#bar, busy || Boolean(percent));
    this.#bar.classList.toggle("unknown", busy && percent === null);
    this.#fill.style.width = `${percent ?? 0}%`;
    if (percent === null) this.#bar.removeAttribute("aria-valuenow");
    else this.#bar.setAttribute("aria-valuenow", String(percent));
    const done = job.bytes_total ? words.bytes(size(job.bytes_done), size(job.bytes_total)) : "";
    this.#bar.setAttribute("aria-valuetext", done || words.states[job.state]);
  }

  /** @param {PullJob} job */
  #showProblem(job) {
    const key = job.problem?.message ?? "";
    if (this.#problem.dataset.of === key) return;
    this.#problem.dataset.of = key;
    const box = job.problem && problemBox(new Problem({ ...job.problem, retryable: false }, 0, true));
    this.#problem.replaceChildren(...(box ? [box] : []));
  }

  /** @param {PullJob} job */
  #say(job) {
    const milestone = milestoneOf(job);
    if (milestone === this.#milestone) return;
    // What stood there when the page was opened is no news.
    if (this.#milestone) this.#spoken.textContent = spokenOf(job);
    this.#milestone = milestone;
  }

  #start() {
    const { provider, model, probe } = this.#job;
    return this.#app.pulls.start(provider, model, probe);
  }

  /**
   * @param {string} label
   * @param {string} name
   * @param {() => Promise<unknown>} act
   */
  #control(label, name, act) {
    const run = () => void pending(element, act, (error) => this.#app.sayProblem(error));
    const element = button(label, run, { kind: "small" });
    element.setAttribute("aria-label", name);
    return element;
  }
}
