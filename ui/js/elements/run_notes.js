// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { hashOf } from "../helpers/route.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";
import { noteItem, TurnCard } from "./turn_card.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {import("../types.js").Envelope} Envelope
 */

const words = strings.steering;

/**
 * What a note of a run says: where it was forked from, what a rewinding dropped, or its words.
 * @param {RunView} run
 * @param {Envelope} note
 */
export function runNote(run, note) {
  const list = h("ul", { class: "notes run-notes" });
  const dropped = run.superseded.find((each) => each.note.seq === note.seq)?.turns ?? [];
  list.append(note.data.forked_from ? originItem(note.data.forked_from) : noteItem(note));
  if (dropped.length) list.append(h("li", { class: "superseded" }, folded(run, dropped)));
  return list;
}

/** @param {{ session_id: string, turn: number, title?: string }} origin */
function originItem({ session_id: id, turn, title }) {
  const link = h("a", { href: hashOf(String(id)) }, reveal(title || words.fromSession));
  return h(
    "li",
    { class: "note", "data-kind": "forked" },
    icon("fork"),
    h("span", {}, words.from(turn), " ", link),
  );
}

/**
 * Turns that were rewound; their cards are made when they are first looked at.
 * @param {RunView} run
 * @param {TurnView[]} turns
 */
function folded(run, turns) {
  const details = h("details", {}, h("summary", {}, words.superseded(turns.length)));
  details.addEventListener("toggle", () => details.open && unfold(details, run, turns));
  details.dataset.holds = turns.map((turn) => `turn:${turn.started.seq}`).join(" ");
  return details;
}

/**
 * @param {HTMLElement} details
 * @param {RunView} run
 * @param {TurnView[]} turns
 */
function unfold(details, run, turns) {
  if (details.querySelector("article")) return;
  for (const turn of turns) {
    const card = new TurnCard(run, turn);
    card.update(run, turn);
    card.element.dataset.key = `turn:${turn.started.seq}`;
    details.append(card.element);
  }
}
