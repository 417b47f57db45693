// @ts-check
import { h, show } from "../helpers/dom.js";
import { count, milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { Problem } from "../net/problem.js";
import { badge, button, iconButton } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { Tabs } from "../render/tabs.js";
import { strings } from "../strings.js";
import { PARTS } from "./call_inspector_parts.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").ModelCall} ModelCall
 * @typedef {import("../types.js").WholeCall} WholeCall
 * @typedef {import("./on_demand.js").Place} Place
 */

const words = strings.calls;
/** @type {Record<string, string>} */
const TONE = { error: "bad", cancelled: "idle", length: "doubtful" };

/** The model calls of the session on screen: what was sent, what came back and what it took. */
class CallInspector extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #list = h("ul", { class: "call-list", "aria-label": words.list });
  #more = button("", () => this.#toggle(), { kind: "quiet small" });
  #tabs = new Tabs(words.tabsLabel, words.tabs, () => this.#drawCall());
  #detail = h("div", { class: "call-detail" }, this.#tabs.list, this.#tabs.panel);
  #state = h("div", { class: "call-state", role: "status" });
  #dialog = h("dialog", { class: "inspector", "aria-labelledby": "inspector-title" });
  /** @type {Place} */
  #place = null;
  #all = false;
  /** @type {ModelCall[]} */
  #calls = [];
  /** @type {WholeCall | null} */
  #shown = null;
  #asked = 0;
  #usages = 0;

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    const close = iconButton("cross", words.close, () => this.#dialog.close());
    this.#dialog.append(
      h("header", { class: "dialog-head" }, h("h2", { id: "inspector-title" }, words.title), close),
      h(
        "div",
        { class: "inspector-body" },
        h("nav", { class: "call-nav", "aria-label": words.list }, this.#list, this.#more),
        h("div", { class: "call-side" }, this.#state, this.#detail),
      ),
    );
    this.append(this.#dialog);
    this.#list.addEventListener("keydown", (event) => this.#onKey(event));
    app.current.log.watch(() => this.#follow());
    app.route.watch(() => this.#dialog.close());
    app.inspecting.watch((asked) => asked && this.#open(asked.place));
  }

  /** @param {Place} place */
  #open(place) {
    this.#place = place;
    this.#all = place === null;
    this.#calls = [];
    this.#shown = null;
    this.#list.replaceChildren();
    show(this.#more, false);
    show(this.#detail, false);
    this.#say(words.loading);
    this.#usages = this.#told();
    this.#dialog.showModal();
    void this.#load();
  }

  /** While it is open, further calls join the list. */
  #follow() {
    const told = this.#told();
    if (!this.#dialog.open || told === this.#usages) return;
    this.#usages = told;
    void this.#load();
  }

  #told() {
    const runs = [...(this.#app.current.log.value?.runs.values() ?? [])];
    return runs.flatMap((run) => [...run.turns.values()]).reduce((sum, turn) => sum + turn.usage.length, 0);
  }

  async #load() {
    try {
      this.#calls = (await this.#app.current.calls()).calls;
    } catch (error) {
      this.#fail(error, () => void this.#load());
      return;
    }
    this.#drawList();
    if (this.#shown) return;
    const first = this.#wanted()[0];
    if (first) await this.#choose(first.number);
    else this.#say(words.none);
  }

  #wanted() {
    const { runId, turn } = this.#place ?? {};
    return this.#calls.filter(
      (call) => this.#all || (call.run_id === runId && call.turn === turn && call.counts),
    );
  }

  #toggle() {
    this.#all = !this.#all;
    this.#drawList();
    this.#more.focus();
  }

  #drawList() {
    const focused = /** @type {HTMLElement | null} */ (this.#list.querySelector(":focus"))?.dataset.number;
    this.#list.replaceChildren(...this.#wanted().map((call) => h("li", {}, this.#item(call))));
    const all = words.allCalls(this.#calls.length);
    this.#more.lastChild?.remove();
    this.#more.append(this.#all ? words.turnOnly : all);
    show(this.#more, this.#place !== null && this.#calls.length > this.#wanted().length - Number(this.#all));
    this.#mark();
    if (focused) this.#button(Number(focused))?.focus();
  }

  /** @param {ModelCall} call */
  #item(call) {
    const { usage } = call;
    const mark = usage.estimated ? "≈ " : "";
    const figures = strings.timeline.usage(mark + count(usage.prompt_tokens), count(usage.completion_tokens));
    const state = call.counts ? words.ends[call.finish_reason] : words.rewound;
    const tone = call.counts ? TONE[call.finish_reason] : "idle";
    return h(
      "button",
      {
        type: "button",
        class: "call-item row-button",
        "data-number": call.number,
        "data-agent": call.agent,
        onclick: () => void this.#choose(call.number),
      },
      h(
        "span",
        { class: "call-item-head" },
        h("strong", {}, `${words.item(call.number)} · ${reveal(call.agent)}`),
        tone && badge(state ?? call.finish_reason, tone),
      ),
      h(
        "span",
        { class: "hint" },
        `${words.ofTurn(call.turn)} · ${figures} · ${milliseconds(usage.total_ms)}`,
      ),
    );
  }

  /** @param {number} number */
  async #choose(number) {
    this.#asked = number;
    this.#mark();
    try {
      const whole = await this.#app.current.call(number);
      if (this.#asked !== number) return;
      this.#shown = whole;
    } catch (error) {
      if (this.#asked === number) this.#fail(error, () => void this.#choose(number));
      return;
    }
    this.#state.replaceChildren();
    show(this.#detail, true);
    this.#drawCall();
  }

  #drawCall() {
    if (!this.#shown) return;
    this.#tabs.panel.replaceChildren(...PARTS[this.#tabs.selected](this.#shown));
    this.#tabs.panel.scrollTop = 0;
  }

  #mark() {
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll(".call-item"))) {
      if (Number(item.dataset.number) === this.#asked) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    }
  }

  /** @param {number} number */
  #button(number) {
    return /** @type {HTMLElement | null} */ (this.#list.querySelector(`[data-number="${number}"]`));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const items = /** @type {HTMLElement[]} */ ([...this.#list.querySelectorAll(".call-item")]);
    const next = items[items.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.click();
  }

  /** @param {string} text */
  #say(text) {
    this.#state.replaceChildren(h("p", { class: "hint" }, text));
  }

  /**
   * @param {unknown} error
   * @param {() => void} again
   */
  #fail(error, again) {
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) this.#dialog.close();
    else this.#state.replaceChildren(problemBox(error, again));
  }
}

customElements.define("rt-calls", CallInspector);
