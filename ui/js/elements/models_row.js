// @ts-check
import { h, show } from "../helpers/dom.js";
import { count, rate, size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { badge, button, pending } from "../render/controls.js";
import { strings } from "../strings.js";
import "./model_exam.js";
import { PullProgress } from "./models_progress.js";
import { connect } from "./on_demand.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").LocalModel} LocalModel
 * @typedef {import("../types.js").PullJob} PullJob
 * @typedef {{ model: LocalModel, job: PullJob | null, mayChange: boolean, standing: "" | "default" | "automatic" }} RowState
 */

const words = strings.models;
/** @type {Record<string, string>} */
const TONE = { yes: "good", tight: "doubtful", no: "bad" };

/** One model: what it is, whether it fits, how fast it was, and what can be done with it. */
export class ModelRow {
  #app;
  #drawn = "";
  #offered = "";
  /** @type {PullProgress | null} */
  #progress = null;
  #facts = h("div", { class: "model-facts" });
  #actions = h("div", { class: "model-actions" });
  #confirm = h("div", { class: "model-confirm", role: "group", hidden: true });
  #exam = h("div", { class: "model-exam" });
  #below = h("div", {});

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    this.element = h(
      "li",
      { class: "model-row" },
      this.#facts,
      this.#actions,
      this.#confirm,
      this.#exam,
      this.#below,
    );
  }

  /**
   * What has not changed stays: figures of memory change all the time, an open question must not close for that.
   * @param {RowState} state
   */
  update(state) {
    this.#showJob(state.job);
    this.#drawFacts(state);
    this.#showExam(state.model);
    const { model, mayChange, standing, job } = state;
    const offered = JSON.stringify([model.installed, model.size_bytes, mayChange, standing, job === null]);
    if (offered === this.#offered) return;
    this.#offered = offered;
    const had = this.#actions.contains(document.activeElement);
    this.#actions.replaceChildren(...this.#buttons(state));
    if (had) this.#actions.querySelector("button")?.focus();
    show(this.#confirm, false);
  }

  /** @param {RowState} state */
  #drawFacts(state) {
    const drawn = JSON.stringify([state.model, state.standing]);
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    const details = this.#facts.querySelector("details");
    const had = details?.contains(document.activeElement) ?? false;
    this.#facts.replaceChildren(...factsOf(state));
    const fresh = this.#facts.querySelector("details");
    if (fresh && details) fresh.open = details.open;
    if (had) fresh?.querySelector("summary")?.focus();
  }

  /** @param {PullJob | null} job */
  #showJob(job) {
    if (!job) {
      this.#progress?.element.remove();
      this.#progress = null;
    } else if (this.#progress) this.#progress.update(job);
    else {
      this.#progress = new PullProgress(this.#app, job);
      this.#below.append(this.#progress.element);
    }
  }

  /**
   * The exam of a model that is here draws itself.
   * @param {LocalModel} model
   */
  #showExam(model) {
    if (model.installed === this.#exam.hasChildNodes()) return;
    if (!model.installed) {
      this.#exam.replaceChildren();
      return;
    }
    const exam = document.createElement("rt-model-exam");
    exam.setAttribute("provider", model.provider);
    exam.setAttribute("model", model.name);
    connect(this.#app, exam);
    this.#exam.append(exam);
  }

  /** @param {RowState} state */
  #buttons({ model, job, mayChange, standing }) {
    if (!mayChange || job) return [];
    const name = reveal(model.name);
    if (!model.installed) {
      const bytes = size(model.size_bytes);
      const fetch = () => this.#app.pulls.start(model.provider, model.name);
      return [
        this.#control(words.download(bytes), words.downloadOf(name, bytes), fetch, "small", "download"),
      ];
    }
    const isDefault = standing === "default";
    const use = isDefault
      ? this.#control(words.stopUsing, words.stopUsing, () => this.#use(null), "small quiet")
      : this.#control(words.use, words.useOf(name), () => this.#use(model), "small");
    const remove = button(words.remove, () => this.#ask(model), { kind: "small quiet" });
    remove.setAttribute("aria-label", words.removeOf(name));
    return [use, remove];
  }

  /** @param {LocalModel | null} model */
  async #use(model) {
    if (model) await this.#app.config.change("models.default", `${model.provider}:${model.name}`);
    else await this.#app.config.reset(["models.default"]);
    await this.#app.pulls.refresh();
    this.#app.say({ text: model ? words.used(reveal(model.name)) : words.usedNone });
  }

  /** @param {LocalModel} model */
  #ask(model) {
    const name = reveal(model.name);
    const question = words.removeAsk(name, size(model.size_bytes));
    const close = () => {
      show(this.#confirm, false);
      /** @type {HTMLElement | null} */ (this.#actions.querySelector("button:last-child"))?.focus();
    };
    const drop = async () => {
      await this.#app.pulls.remove(model.provider, model.name);
      this.#app.say({ text: words.removed(name) });
    };
    const yes = this.#control(words.removeYes, words.removeYes, drop, "small danger");
    const keep = button(words.keep, close, { kind: "small" });
    this.#confirm.setAttribute("aria-label", question);
    this.#confirm.replaceChildren(h("p", {}, question), yes, keep);
    this.#confirm.onkeydown = (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      close();
    };
    show(this.#confirm, true);
    keep.focus();
  }

  /**
   * @param {string} label
   * @param {string} name
   * @param {() => Promise<unknown>} act
   * @param {string} kind
   * @param {import("../render/icons.js").IconName} [icon]
   */
  #control(label, name, act, kind, icon) {
    const run = () => void pending(element, act, (error) => this.#app.sayProblem(error));
    const element = button(label, run, { kind, ...(icon && { icon }) });
    element.setAttribute("aria-label", name);
    return element;
  }
}

/** @param {RowState} state */
function factsOf({ model, standing }) {
  const marks = [
    model.fit && fitBadge(model.fit.verdict),
    standing && badge(standing === "default" ? words.standard : words.automatic, "active"),
  ];
  const line = [size(model.size_bytes), contextOf(model), model.installed ? speedOf(model) : ""];
  return [
    h("div", { class: "model-head" }, h("span", { class: "model-name" }, reveal(model.name)), ...marks),
    h("p", { class: "hint" }, line.filter(Boolean).join(" · ")),
    ...(model.note === "bare_template" ? [h("p", { class: "hint" }, words.bareTemplate)] : []),
    ...(model.fit ? [arithmetic(model.fit)] : []),
  ];
}

/** @param {"yes" | "tight" | "no"} verdict */
function fitBadge(verdict) {
  const mark = badge(words.fits[verdict], TONE[verdict] ?? "idle");
  mark.title = words.fitHints[verdict];
  return mark;
}

/** @param {LocalModel} model */
function contextOf({ window, context_length: all }) {
  if (!all) return "";
  return window && window < all ? words.contextServed(count(window), count(all)) : words.context(count(all));
}

/** @param {LocalModel} model */
function speedOf({ speed }) {
  if (!speed) return words.notMeasured;
  const written = rate(speed.tokens_per_second);
  return speed.calls === null ? words.speedOfExam(written) : words.speed(written, speed.calls);
}

/** @param {NonNullable<LocalModel["fit"]>} fit */
function arithmetic(fit) {
  const sum = words.arithmetic({
    needed: size(fit.needed),
    weights: size(fit.weights),
    cache: fit.cache === null ? "" : size(fit.cache),
    window: count(fit.window),
    work: size(fit.work),
    free: size(fit.free),
    most: size(fit.most),
  });
  return h(
    "details",
    { class: "model-sum" },
    h("summary", {}, words.working),
    h("p", { class: "hint" }, `${words.fitHints[fit.verdict]} ${sum}`),
  );
}
