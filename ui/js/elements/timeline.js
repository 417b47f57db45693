// @ts-check
import { h, show } from "../helpers/dom.js";
import { framed } from "../helpers/timing.js";
import { button } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { endCard, requestCard } from "./run_cards.js";
import { noteItem, TurnCard } from "./turn_card.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {{ element: HTMLElement, update(): void }} Card
 * @typedef {{ key: string, seq: number, make: () => Card }} Wanted
 */

const NEAR_END = 64;

/** What happened, in order. Cards are made once, grow while their turn is told, and go when it is dropped. */
class Timeline extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #cards = h("div", { class: "cards" });
  #scroller = h("div", {
    class: "timeline-scroller",
    tabindex: 0,
    role: "group",
    "aria-label": strings.timeline.scroller,
  });
  #latest = button(strings.timeline.latest, () => this.#toEnd(), { kind: "raised small", icon: "down" });
  /** @type {Map<string, Card>} */
  #made = new Map();
  #session = "";
  #stays = true;
  #top = 0;
  #runs = 0;

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", strings.timeline.region);
    this.#latest.classList.add("to-latest");
    this.#scroller.append(this.#cards);
    this.append(this.#scroller, this.#latest);
    const draw = framed(() => this.#draw());
    app.current.log.watch(draw);
    app.current.loading.watch(draw);
    this.#scroller.addEventListener("scroll", () => this.#onScroll(), { passive: true });
    new ResizeObserver(() => this.#stays && this.#toEnd()).observe(this.#cards);
    new ResizeObserver(() => this.#stays && this.#toEnd()).observe(this.#scroller);
    show(this.#latest, false);
  }

  #draw() {
    const { log, loading } = this.#app.current;
    show(this, loading.value !== "none");
    const session = log.value?.sessionId ?? "";
    if (session !== this.#session || typeof loading.value !== "string") this.#clear(session);
    if (loading.value === "loading")
      this.#cards.replaceChildren(h("p", { class: "timeline-wait" }, strings.timeline.loading));
    else if (typeof loading.value !== "string") this.#cards.replaceChildren(...this.#failure(loading.value));
    else if (log.value) this.#tell([...log.value.runs.values()]);
  }

  /** @param {string} session */
  #clear(session) {
    this.#session = session;
    this.#made.clear();
    this.#cards.replaceChildren();
    this.#runs = 0;
    this.#stays = true;
  }

  /** @param {import("../net/problem.js").Problem} problem */
  #failure(problem) {
    const again = () => void this.#app.current.open(this.#session);
    return [h("h1", { class: "off-screen" }, strings.problem.session), problemBox(problem, again)];
  }

  /** @param {RunView[]} runs a new one was just asked for, so it is shown wherever the user was */
  #tell(runs) {
    if (runs.length > this.#runs) this.#stays = true;
    this.#runs = runs.length;
    this.#reconcile(runs.flatMap(wantedOf));
  }

  /** @param {Wanted[]} wanted */
  #reconcile(wanted) {
    if (this.#made.size === 0) this.#cards.replaceChildren();
    const keys = new Set(wanted.map((card) => card.key));
    for (const [key, card] of this.#made) {
      if (keys.has(key)) continue;
      card.element.remove();
      this.#made.delete(key);
    }
    wanted.forEach((entry, index) => {
      const card = this.#made.get(entry.key) ?? entry.make();
      this.#made.set(entry.key, card);
      if (this.#cards.children[index] !== card.element)
        this.#cards.insertBefore(card.element, this.#cards.children[index] ?? null);
      card.update();
    });
    if (this.#stays) this.#toEnd();
    else show(this.#latest, true);
  }

  /** Only scrolling up leaves the end: a window or a card that changes its size does not. */
  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    if (scrollHeight - scrollTop - clientHeight < NEAR_END) this.#stays = true;
    else if (scrollTop < this.#top) this.#stays = false;
    this.#top = scrollTop;
    show(this.#latest, !this.#stays);
  }

  #toEnd() {
    this.#stays = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    show(this.#latest, false);
  }
}

/**
 * @param {RunView} run
 * @returns {Wanted[]}
 */
function wantedOf(run) {
  const { created, finished } = run;
  /** @type {Wanted[]} */
  const middle = [
    ...[...run.turns.values()].map((turn) => ({
      key: `turn:${turn.started.seq}`,
      seq: turn.started.seq,
      make: () => {
        const card = new TurnCard(run, turn);
        return { element: card.element, update: () => card.update(run, turn) };
      },
    })),
    ...run.notes.map((note) =>
      fixed("note", note.seq, () => h("ul", { class: "notes run-notes" }, noteItem(note))),
    ),
  ];
  return [
    ...(created ? [fixed("request", created.seq, () => requestCard(created))] : []),
    ...middle.sort((a, b) => a.seq - b.seq),
    ...(finished ? [fixed("end", finished.seq, () => endCard(finished))] : []),
  ];
}

/**
 * @param {string} kind
 * @param {number} seq
 * @param {() => HTMLElement} element
 * @returns {Wanted}
 */
function fixed(kind, seq, element) {
  return { key: `${kind}:${seq}`, seq, make: () => ({ element: element(), update: () => undefined }) };
}

customElements.define("rt-timeline", Timeline);
