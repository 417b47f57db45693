// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { hashOf } from "../helpers/route.js";
import { strings } from "../strings.js";
import { agentIcon, icon } from "./icons.js";

/**
 * @typedef {import("../types.js").Hit} Hit
 * @typedef {import("../types.js").Found} Found
 */

const words = strings.find;

/**
 * The places in a session that hold the words; following one is left to `go`.
 * @param {Found} found
 * @param {(hit: Hit) => void} go
 */
export function hitList(found, go) {
  const items = found.hits.map((hit) => h("li", {}, hitLink(found.session.session_id, hit, go)));
  const more = found.more > 0 && h("li", { class: "hit-more" }, words.more(found.more));
  return h("ul", { class: "hits" }, ...items, more);
}

/**
 * @param {string} sessionId
 * @param {Hit} hit
 * @param {(hit: Hit) => void} go
 */
function hitLink(sessionId, hit, go) {
  const follow = (/** @type {MouseEvent} */ event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(hit);
  };
  return h(
    "a",
    { class: "hit", href: hashOf(sessionId), onclick: follow },
    h("span", { class: "hit-place" }, hit.path ? icon("file") : agentIcon(agentOf(hit)), placeOf(hit)),
    h(
      "span",
      { class: "hit-words" },
      ...hit.excerpt.map(({ text, match }) => (match ? h("mark", {}, reveal(text)) : reveal(text))),
    ),
  );
}

/** @param {Hit} hit */
function agentOf(hit) {
  return hit.turn === null ? "user_proxy" : hit.agent;
}

/**
 * Where it stands, e.g. `turn 3 · add.py:12`.
 * @param {Hit} hit
 */
function placeOf(hit) {
  const turn = hit.turn === null ? words.request : words.turn(hit.turn);
  if (hit.path)
    return [turn, reveal(hit.line === null ? hit.path : words.line(hit.path, hit.line))].join(" · ");
  const who = hit.kind === "message" ? reveal(hit.agent) : words.kinds[hit.kind];
  return hit.turn === null ? turn : [turn, who].join(" · ");
}
