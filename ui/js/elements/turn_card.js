// @ts-check
import { h, show } from "../helpers/dom.js";
import { count, duration, milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { firstTokenOf } from "../model/calls.js";
import { lastRound, speaking, spokeByItself, statusOf } from "../model/facts.js";
import { versionNews, versionNumbers } from "../model/versions.js";
import { Chips } from "../render/chips.js";
import { badge } from "../render/controls.js";
import { decisionRecord } from "../render/decision_record.js";
import { usageWords } from "../render/figures.js";
import { agentIcon, icon } from "../render/icons.js";
import { drawMessage, isDrawnLater } from "../render/long_text.js";
import { noteWords } from "../render/server_words.js";
import { strings } from "../strings.js";
import { inspect } from "./on_demand.js";
import { clamped } from "./clamped.js";
import { StreamedText } from "./streamed_text.js";
import { turnMenu } from "./turn_menu.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {import("../types.js").Envelope} Envelope
 */

const words = strings.timeline;
/** quality_checker's message begins with what the chips say already. */
const REPEATED_HEAD = /^Checks: .*\n*/;
/** Kind of the notes that tell how far the drawing of versions has come; only the newest counts. */
const DRAWING = "drawing";

/** One turn. `update` adds what came since; what is shown already is not drawn again. */
export class TurnCard {
  #facts = h("span", { class: "turn-facts" });
  #doing = h("span", { class: "turn-doing" });
  #text = new StreamedText();
  #reasoningText = new StreamedText();
  #reasoning = h(
    "details",
    { class: "reasoning", hidden: true },
    h("summary", {}, words.reasoning),
    this.#reasoningText.element,
  );
  #message = h("div", { class: "message" });
  #notes = h("ul", { class: "notes", hidden: true });
  #drawing = h("p", { class: "drawing", hidden: true });
  #record = h("div", { class: "decision-record" });
  #versions = h("ul", { class: "notes", hidden: true });
  #chips = new Chips();
  #usage = h("button", { type: "button", class: "turn-usage", hidden: true });
  #calls = 0;
  #complete = false;
  #told = 0;

  /**
   * @param {RunView} run
   * @param {TurnView} turn
   */
  constructor(run, turn) {
    const automatic = spokeByItself(run, turn);
    const head = h(
      "header",
      { class: "turn-head" },
      h("span", { class: "agent-mark" }, agentIcon(turn.agent)),
      h("h3", { class: "agent-name" }, reveal(turn.agent)),
      automatic && badge(strings.automatic, "idle"),
      this.#facts,
      this.#doing,
      turnMenu(run, turn.turn),
    );
    const place = { runId: run.runId, turn: turn.turn };
    this.#usage.addEventListener("click", () => inspect(this.#usage, place));
    const chips = this.#chips.element;
    const middle = turn.agent === "quality_checker" ? [chips, this.#message] : [this.#message, chips];
    const body = h(
      "div",
      { class: "turn-body" },
      this.#notes,
      this.#reasoning,
      ...middle,
      this.#record,
      this.#drawing,
      this.#versions,
      this.#usage,
    );
    this.element = h(
      "article",
      { class: "turn", "data-agent": turn.agent, "aria-label": turn.agent },
      head,
      body,
    );
    this.#message.append(this.#text.element);
    this.automatic = automatic;
  }

  /**
   * @param {RunView} run
   * @param {TurnView} turn
   */
  update(run, turn) {
    this.#updateHead(run, turn);
    this.#reasoningText.update(turn.reasoning);
    show(this.#reasoning, turn.reasoning !== "");
    if (!turn.complete) this.#text.update(turn.text);
    else if (!this.#complete) this.#finishMessage(run, turn);
    const drawn = turn.notes.filter((note) => note.data.kind === DRAWING);
    const others = turn.notes.filter((note) => note.data.kind !== DRAWING);
    grow(this.#notes, others, noteItem);
    this.#showDrawing(drawn.at(-1));
    if (turn.checks.length) this.#chips.update(turn.checks, versionNumbers(run));
    this.#showVersions(turn);
    if (turn.usage.length > this.#calls) this.#showUsage(turn);
  }

  /**
   * @param {RunView} run
   * @param {TurnView} turn
   */
  #updateHead(run, turn) {
    const { round = 1, provider = "", model = "" } = turn.started.data;
    const time = turn.seconds !== null && turn.agent !== "user_proxy" ? duration(turn.seconds) : "";
    const facts = [words.round(round, lastRound(run)), `${provider} ${model}`.trim(), time];
    setText(this.#facts, reveal(facts.filter(Boolean).join(" · ")));
    const current = speaking(run) === turn;
    setText(this.#doing, current ? doing(turn) : cutShort(run, turn) ? words.interrupted : "");
    this.element.toggleAttribute("data-live", current);
  }

  /**
   * @param {RunView} run
   * @param {TurnView} turn
   */
  #finishMessage(run, turn) {
    this.#complete = true;
    const text = turn.checks.length ? turn.text.replace(REPEATED_HEAD, "") : turn.text;
    // user_proxy repeats what a person or a check said: words, not markup.
    const spoken = turn.agent === "user_proxy";
    if (isDrawnLater(text)) this.#text.update(text);
    if (spoken) this.#message.replaceChildren(clamped(reveal(text), this.automatic ? 4 : 12));
    else
      drawMessage(text, (shown) => {
        this.#message.replaceChildren(...shown);
        this.#message.classList.add("prose");
      });
    if (spoken) this.#record.replaceChildren(...decisionRecord(run, turn));
  }

  /** @param {Envelope | undefined} note  the newest of those on the drawing of versions */
  #showDrawing(note) {
    show(this.#drawing, note !== undefined);
    if (!note || this.#drawing.dataset.seq === String(note.seq)) return;
    this.#drawing.dataset.seq = String(note.seq);
    this.#drawing.replaceChildren(...noteWords(note));
  }

  /** @param {TurnView} turn */
  #showVersions(turn) {
    if (turn.versions.length === this.#told) return;
    this.#told = turn.versions.length;
    this.#versions.replaceChildren(...versionNews(turn.versions).map(versionItem));
    this.#versions.hidden = false;
  }

  /** @param {TurnView} turn */
  #showUsage(turn) {
    this.#calls = turn.usage.length;
    this.#usage.textContent = usageWords(turn.usage);
    this.#usage.title = strings.calls.inspect(this.#calls);
    this.#usage.hidden = false;
  }
}

/**
 * Append an item for each entry that has none yet.
 * @param {HTMLElement} list
 * @param {Envelope[]} entries
 * @param {(entry: Envelope) => HTMLElement} item
 */
function grow(list, entries, item) {
  for (const entry of entries.slice(list.childElementCount)) list.append(item(entry));
  list.hidden = entries.length === 0;
}

/** @param {Envelope} note */
export function noteItem(note) {
  return h(
    "li",
    { class: "note", "data-kind": note.data.kind ?? note.type },
    icon("dot"),
    h("span", {}, ...noteWords(note)),
  );
}

/** @param {ReturnType<typeof versionNews>[number]} news */
function versionItem({ kept, numbers, paths, reason }) {
  const says = kept ? words.proposed(numbers) : words.notKept(numbers);
  const why = reason ? ` – ${reason}` : "";
  return h(
    "li",
    { class: "note version-note", "data-kept": String(kept) },
    icon(kept ? "plus" : "dash"),
    h("span", {}, h("strong", {}, says), reveal(` ${paths.join(", ")}${why}`)),
  );
}

/**
 * What the agent does, with what is known of the call that goes on.
 * @param {TurnView} turn
 */
function doing(turn) {
  const first = turn.call && firstTokenOf(turn);
  const sent = Number(turn.call?.begun.data.prompt_tokens ?? 0);
  const known = first
    ? strings.calls.firstToken(`≈ ${milliseconds(first.ms)}`)
    : sent && strings.calls.sent(count(sent));
  return [activity(turn), known].filter(Boolean).join(" · ");
}

/** @param {TurnView} turn */
function activity(turn) {
  if (turn.complete) return words.checking;
  if (!turn.firstPiece) return turn.checks.length ? words.checking : words.reading;
  return turn.text ? words.writing : words.thinking;
}

/**
 * Whether the turn never came to its end and nobody works on it.
 * @param {RunView} run
 * @param {TurnView} turn
 */
function cutShort(run, turn) {
  return turn.seconds === null && !["running", "queued"].includes(statusOf(run));
}

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
