// @ts-check
import { h, show } from "../helpers/dom.js";
import { count, duration } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { framed } from "../helpers/timing.js";
import {
  GOING,
  liveRate,
  modelOf,
  secondsOf,
  speaking,
  statusOf,
  sumUsage,
  tokensOf,
} from "../model/facts.js";
import { costOf, gaugeOf, timeLeft } from "../model/calls.js";
import { Problem } from "../net/problem.js";
import { button, fixedWord, iconButton, pending } from "../render/controls.js";
import { costWords, GaugeBar } from "../render/figures.js";
import { strings } from "../strings.js";
import { inspect } from "./on_demand.js";
import { modelMenu } from "./model_menu.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Forecast} Forecast
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").Status} Status
 */

const words = strings.header;
const TICK_MS = 500;
/** @type {Record<Status, string>} */
const TONE = {
  queued: "active",
  running: "active",
  waiting: "waiting",
  approved: "good",
  rejected: "idle",
  cancelled: "idle",
  budget: "doubtful",
  failed: "bad",
};
/** @type {Status[]} */
const RESUMABLE = ["cancelled", "budget", "failed"];

/** Title, model, status and figures of the session on screen; stops its run or lets it go on. */
class Header extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #title = h("h1", { class: "header-title" });
  #model = h("span", { class: "header-model" });
  #status = h("span", { class: "badge status", role: "status", "aria-label": strings.status.label });
  #figures = h("div", { class: "figures" });
  #tokens = h("span", { title: words.tokens });
  #rate = h("span", { title: words.rate });
  #time = h("span", { title: words.time });
  #left = h("span", { title: strings.calls.leftTitle });
  #gauge = new GaugeBar();
  #cost = h("span", {});
  /** @type {Forecast | null} */
  #forecast = null;
  #forecastFor = "";
  #stop = button(words.stop, () => this.#act(this.#stop, () => this.#app.current.cancel()), { icon: "stop" });
  #resume = button(words.resume, () => this.#act(this.#resume, () => this.#app.current.resume()), {
    icon: "play",
  });

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.#stop.dataset.shortcut = "stop";
    this.#stop.title = "Ctrl+.";
    const menu = modelMenu(app, this.#model);
    const openRail = iconButton("menu", strings.rail.open, () => app.panel.set("sessions"));
    openRail.classList.add("rail-opener");
    this.#figures.append(this.#time, this.#left, this.#tokens, this.#rate, this.#gauge.element, this.#cost);
    const calls = iconButton("list", strings.calls.open, () => inspect(calls, null));
    const session = h("div", { class: "header-session" }, this.#title, menu, this.#status);
    this.append(
      openRail,
      session,
      this.#figures,
      h("div", { class: "header-actions" }, calls, this.#resume, this.#stop),
    );
    const draw = framed(() => this.#draw());
    app.current.log.watch(draw);
    app.sessions.rows.watch(draw);
    app.checking.watch(draw);
    setInterval(() => this.#tick(), TICK_MS);
  }

  /**
   * @param {HTMLButtonElement} control
   * @param {() => Promise<unknown>} action
   */
  #act(control, action) {
    void pending(control, action, (error) => this.#app.sayProblem(error));
  }

  #draw() {
    const run = this.#app.current.log.value?.newest ?? null;
    this.classList.toggle("empty", !run || this.#app.checking.value);
    if (!run) return;
    const row = this.#app.sessions.find(this.#app.current.id);
    const title = reveal(row?.title ?? firstLine(run.created?.data.requirements ?? ""));
    if (this.#title.textContent !== title) this.#title.textContent = this.#title.title = title;
    const status = statusOf(run);
    if (this.#status.dataset.status !== status)
      this.#status.replaceChildren(...fixedWord(strings.status[status]));
    Object.assign(this.#status.dataset, { status, tone: TONE[status] });
    show(this.#stop, GOING.includes(status));
    show(this.#resume, RESUMABLE.includes(status));
    this.querySelector(".model-menu")?.toggleAttribute("data-going", GOING.includes(status));
    const { provider, model } = modelOf(run);
    this.#model.textContent = reveal(`${provider} ${model}`.trim()) || words.choosing;
    this.#drawFigures(run);
    if (GOING.includes(status)) void this.#foresee(run);
  }

  /**
   * Ask once for each model of a run what a round takes; where that fails nothing is foretold.
   * @param {RunView} run
   */
  async #foresee(run) {
    const { provider, model } = modelOf(run);
    const key = `${run.runId} ${provider} ${model}`;
    if (!model || key === this.#forecastFor) return;
    this.#forecastFor = key;
    this.#forecast = null;
    const { language = "python", max_iterations: rounds = 3 } = run.created?.data ?? {};
    try {
      const forecast = await this.#app.current.forecast({
        provider,
        model,
        language,
        rounds: String(rounds),
      });
      if (this.#forecastFor === key) this.#forecast = forecast;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  #tick() {
    const run = this.#app.current.log.value?.newest;
    if (run && speaking(run) && this.#app.connection.value === "online") this.#drawFigures(run);
  }

  /** @param {RunView} run */
  #drawFigures(run) {
    const now = Date.now();
    const tokens = tokensOf(run);
    const mark = tokens.estimated ? "≈ " : "";
    this.#time.textContent = duration(secondsOf(run, now));
    this.#tokens.textContent = words.tokensValue(
      tokens.input ? mark + count(tokens.input) : "–",
      mark + count(tokens.output),
    );
    const turn = speaking(run);
    const rate = turn ? (liveRate(turn, now) ?? sumUsage(turn.usage).rate) : null;
    this.#rate.textContent = rate === null ? "" : words.rateValue(count(rate));
    show(this.#rate, rate !== null);
    this.#gauge.update(gaugeOf(run));
    const cost = costWords(costOf([...run.turns.values()].flatMap((t) => t.usage)));
    this.#cost.textContent = cost.text;
    this.#cost.title = `${strings.calls.cost}. ${cost.title}`;
    show(this.#cost, cost.text !== "");
    const left = timeLeft(run, this.#forecast, now);
    this.#left.textContent = left ? strings.calls.left(duration(left[0]), duration(left[1])) : "";
    show(this.#left, left !== null);
  }
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split("\n")[0];
}

customElements.define("rt-header", Header);
