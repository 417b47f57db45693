// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { firstRunOf, isNeeded } from "../model/first_run.js";
import { isBusy } from "../model/pull_jobs.js";
import { button, pending } from "../render/controls.js";
import { strings } from "../strings.js";
import { PullProgress } from "./models_progress.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../model/first_run.js").FirstRun} View
 * @typedef {import("../model/first_run.js").Step} Step
 */

const words = strings.firstRun;

/** Above the composer while nothing can be used: what was found, one thing to do, and how far it is. */
class FirstRun extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #drawn = "";
  /** @type {{ id: string, progress: PullProgress } | null} */
  #shown = null;
  #intro = h("p", { class: "composer-intro" });
  #found = h("dl", { class: "found-list" });
  #offline = h("p", { class: "first-run-offline" }, words.offline);
  #progress = h("div", {});
  #steps = h("div", { class: "first-run-steps" });
  #more = h("div", { class: "first-run-more" });

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    show(this, false);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.append(
      h(
        "div",
        { class: "first-run" },
        h("h2", {}, words.heading),
        this.#intro,
        this.#found,
        this.#offline,
        this.#progress,
        this.#steps,
        this.#more,
      ),
    );
    app.pulls.library.watch(() => this.#draw());
    app.pulls.jobs.watch(() => this.#draw());
    app.providers.list.watch(() => this.#draw());
    app.current.loading.watch(() => this.#draw());
  }

  #draw() {
    const { pulls, providers, current } = this.#app;
    const library = pulls.library.value;
    const wanted = current.loading.value === "none" && isNeeded(library, pulls.jobs.value);
    const appears = this.hidden && wanted;
    show(this, wanted);
    if (!library || !wanted) return;
    const view = firstRunOf(library, providers.list.value ?? [], pulls.jobs.value);
    this.#showJob(view);
    const drawn = JSON.stringify({ ...view, job: view.job?.state });
    if (drawn !== this.#drawn) this.#drawParts(view);
    this.#drawn = drawn;
    if (appears) this.parentElement?.scrollTo(0, 0);
  }

  /** @param {View} view */
  #drawParts(view) {
    const busy = view.job !== null && isBusy(view.job);
    const failed = view.job?.state === "failed";
    this.#intro.textContent = busy ? words.introWorking : failed ? words.introFailed : words.intro;
    this.#found.replaceChildren(...foundRows(view));
    show(this.#found, !busy);
    show(this.#offline, !view.online && !busy);
    const best = view.job ? null : view.recommended;
    const others = (best ? view.others : [view.recommended, ...view.others]).filter((step) => step !== null);
    this.#steps.replaceChildren(...(best ? [this.#button(best, "primary")] : []));
    show(this.#steps, best !== null);
    this.#more.replaceChildren(
      ...others.filter((step) => !isAbout(step, view.job)).map((step) => this.#button(step, "small quiet")),
      button(words.key, () => this.#app.openSettings("providers"), { kind: "small quiet" }),
      button(words.all, () => this.#app.openSettings("models"), { kind: "small quiet" }),
    );
    show(this.#more, !busy);
  }

  /** @param {View} view */
  #showJob({ job }) {
    if (this.#shown && this.#shown.id === job?.id) {
      this.#shown.progress.update(job);
      return;
    }
    const progress = job && new PullProgress(this.#app, job);
    this.#shown = job && progress ? { id: job.id, progress } : null;
    const hadFocus = this.#steps.contains(document.activeElement);
    this.#progress.replaceChildren(...(progress ? [progress.element] : []));
    show(this.#progress, progress !== null);
    if (hadFocus) this.#progress.querySelector("button")?.focus();
  }

  /**
   * @param {Step} step
   * @param {string} kind
   */
  #button(step, kind) {
    const act = () =>
      step.kind === "start"
        ? this.#app.pulls.startEngine(step.provider)
        : this.#app.pulls.start(step.model.provider, step.model.name, true);
    const run = () => void pending(element, act, (error) => this.#app.sayProblem(error));
    const icon = step.kind === "pull" ? { icon: /** @type {const} */ ("download") } : {};
    const element = button(stepWords(step), run, { kind, ...icon });
    return element;
  }
}

/**
 * @param {Step} step
 * @param {View["job"]} job
 */
function isAbout(step, job) {
  return step.kind !== "start" && step.model.provider === job?.provider && step.model.name === job.model;
}

/** @param {Step} step */
function stepWords(step) {
  if (step.kind === "start") return words.start;
  const { model } = step;
  const isBuiltin = model.provider === "builtin";
  const name = reveal(model.name);
  if (step.kind === "use") return isBuiltin ? words.useBuiltin(name) : words.use(name);
  return isBuiltin ? words.pullBuiltin(size(model.size_bytes)) : words.pull(name, size(model.size_bytes));
}

/** @param {View} view */
function foundRows({ ollama, ollamaModels, builtin, keys }) {
  const state = words.ollamaStates[ollama];
  const rows = [
    [words.ollama, typeof state === "string" ? state : state(ollamaModels.map(reveal).join(", "))],
    [words.builtin, builtinWords(builtin)],
    [words.keys, keys.map(reveal).join(", ") || words.keysNone],
  ];
  return rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)));
}

/** @param {View["builtin"]} model */
function builtinWords(model) {
  if (!model) return words.builtinNone;
  const name = reveal(model.name);
  const text = model.installed ? words.builtinHere(name) : words.builtinMissing(name, size(model.size_bytes));
  return model.fit ? `${text}, ${strings.models.fits[model.fit.verdict]}` : text;
}

customElements.define("rt-first-run", FirstRun);
