// @ts-check
import { h, show } from "../helpers/dom.js";
import { framed, inIdleTime } from "../helpers/timing.js";
import { lastRound, speaking, statusOf } from "../model/facts.js";
import { button } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { endCard, requestCard } from "./run_cards.js";
import { runNote } from "./run_notes.js";
import { TurnCard } from "./turn_card.js";
import { START, turnMenu } from "./turn_menu.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../model/session_log.js").SessionLog} SessionLog
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {{ element: HTMLElement, drawn: string, update(run: RunView, turn: TurnView): void }} Card
 * @typedef {object} Wanted
 * @property {string} key
 * @property {number} seq
 * @property {string} state  what is drawn depends on it alone
 * @property {() => Card} make
 * @property {(card: Card) => void} update
 */

const NEAR_END = 64;
/** Cards that are made at once, from the end; the others are made in idle time. */
const AT_ONCE = 6;
/** Whether the browser keeps what is read in its place when something is put above it. */
const KEEPS_PLACE = CSS.supports("overflow-anchor", "auto");

/**
 * What happened, in order. Cards are made once, grow while their turn is told, and go when it is dropped. Those
 * at the end are made first.
 */
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
  /** @type {Wanted[]} */
  #wanted = [];
  /** How many of what is wanted were not made yet; all of them stand at the beginning. */
  #missing = 0;
  #making = false;
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
    const grow = framed(() => this.#grow());
    app.current.log.watch(draw);
    app.current.loading.watch(draw);
    app.current.growing.watch(() => (app.current.loading.value === "ready" ? grow() : draw()));
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
    if (typeof loading.value !== "string") this.#cards.replaceChildren(...this.#failure(loading.value));
    else if (log.value?.runs.size) this.#tell(log.value);
    else if (loading.value === "loading")
      this.#cards.replaceChildren(h("p", { class: "timeline-wait" }, strings.timeline.loading));
  }

  /** Only the text of the turn that is being spoken is longer than before. */
  #grow() {
    const run = this.#app.current.log.value?.newest;
    const turn = run && speaking(run);
    const card = turn && this.#made.get(keyOf(turn));
    if (!card) return;
    card.update(run, turn);
    this.#follow();
  }

  /** @param {string} session */
  #clear(session) {
    this.#session = session;
    this.#made.clear();
    this.#cards.replaceChildren();
    this.#wanted = [];
    this.#runs = this.#missing = 0;
    this.#stays = true;
  }

  /** @param {import("../net/problem.js").Problem} problem */
  #failure(problem) {
    const again = () => void this.#app.current.open(this.#session);
    return [h("h1", { class: "off-screen" }, strings.problem.session), problemBox(problem, again)];
  }

  /** @param {SessionLog} log whose newest run, where it was just asked for, is shown wherever the user was */
  #tell(log) {
    const runs = [...log.runs.values()];
    if (runs.length > this.#runs) this.#stays = true;
    this.#runs = runs.length;
    if (this.#made.size === 0) this.#cards.replaceChildren();
    this.#wanted = runs.flatMap((run) => wantedOf(run, log.first)).filter((entry) => entry.seq >= log.first);
    const oldest = this.#wanted.findIndex((entry) => this.#made.has(entry.key));
    this.#missing = oldest < 0 ? Math.max(0, this.#wanted.length - AT_ONCE) : oldest;
    this.#drop();
    this.#place();
    this.#follow();
    this.#makeRest();
  }

  #drop() {
    const keys = new Set(this.#wanted.map((entry) => entry.key));
    for (const [key, card] of this.#made) {
      if (keys.has(key)) continue;
      card.element.remove();
      this.#made.delete(key);
    }
  }

  /** Make and update what is not missing, from the end, each card before the one after it. */
  #place() {
    /** @type {HTMLElement | null} */
    let next = null;
    for (const entry of this.#wanted.slice(this.#missing).reverse()) {
      const card = this.#made.get(entry.key) ?? entry.make();
      card.element.dataset.key = entry.key;
      this.#made.set(entry.key, card);
      if (card.drawn !== entry.state) entry.update(card);
      card.drawn = entry.state;
      if (!card.element.isConnected || card.element.nextElementSibling !== next)
        this.#cards.insertBefore(card.element, next);
      next = card.element;
    }
  }

  #makeRest() {
    if (this.#making || this.#missing === 0) return;
    this.#making = true;
    inIdleTime(() => {
      if (this.#missing > 0) this.#makeOneMore();
      this.#making = this.#missing > 0;
      return this.#making;
    });
  }

  #makeOneMore() {
    const { scrollTop, scrollHeight } = this.#scroller;
    const entry = this.#wanted[--this.#missing];
    const card = entry.make();
    card.element.dataset.key = entry.key;
    entry.update(card);
    card.drawn = entry.state;
    this.#made.set(entry.key, card);
    this.#cards.prepend(card.element);
    // At the very top nothing is kept in its place: what is new is above it.
    if (!this.#stays && (!KEEPS_PLACE || scrollTop === 0))
      this.#scroller.scrollTop = scrollTop + this.#scroller.scrollHeight - scrollHeight;
  }

  /** Stay at the end where the user is there, else offer the way to it. */
  #follow() {
    if (this.#stays) this.#toEnd();
    else show(this.#latest, true);
  }

  /**
   * Only scrolling up leaves the end. What a window or a card does by changing its size is no scrolling: a card
   * may for one layout be less high than it is, and the browser then takes the place back to the end of that.
   */
  #onScroll() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (!atEnd && this.#stays && scrollTop >= this.#top) return this.#toEnd();
    this.#stays = atEnd;
    this.#top = scrollTop;
    show(this.#latest, !this.#stays);
  }

  #toEnd() {
    this.#stays = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
    show(this.#latest, false);
  }
}

/** @param {TurnView} turn */
function keyOf(turn) {
  return `turn:${turn.started.seq}`;
}

/**
 * @param {RunView} run
 * @param {number} first  number of the first event that is known: what is older may tell more of what is shown
 * @returns {Wanted[]}
 */
function wantedOf(run, first) {
  const { created, finished } = run;
  // What a turn is shown with beside its own events.
  const around = [first, statusOf(run), lastRound(run), run.decisions.length].join(" ");
  const current = speaking(run);
  /** @type {Wanted[]} */
  const middle = [
    ...[...run.turns.values()].map((turn) => ({
      key: keyOf(turn),
      seq: turn.started.seq,
      state: `${turn.lastSeq} ${turn === current} ${around}`,
      make: () => turnCard(run, turn),
      update: (/** @type {Card} */ card) => card.update(run, turn),
    })),
    ...run.notes.map((note) => fixed(`note from ${first}`, note.seq, () => runNote(run, note))),
  ];
  return [
    ...(created ? [fixed("request", created.seq, () => requestCard(created, turnMenu(run, START)))] : []),
    ...middle.sort((a, b) => a.seq - b.seq),
    ...(finished ? [fixed("end", finished.seq, () => endCard(finished))] : []),
  ];
}

/**
 * @param {RunView} run
 * @param {TurnView} turn
 * @returns {Card}
 */
function turnCard(run, turn) {
  const card = new TurnCard(run, turn);
  return { element: card.element, drawn: "", update: (r, t) => card.update(r, t) };
}

/**
 * @param {string} kind
 * @param {number} seq
 * @param {() => HTMLElement} element
 * @returns {Wanted}
 */
function fixed(kind, seq, element) {
  const nothing = () => undefined;
  return {
    key: `${kind}:${seq}`,
    seq,
    state: "",
    make: () => ({ element: element(), drawn: "", update: nothing }),
    update: nothing,
  };
}

customElements.define("rt-timeline", Timeline);
