// @ts-check
import { h } from "../helpers/dom.js";
import { duration, sentence } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { serverLang, strings } from "../strings.js";
import { button } from "./controls.js";
import { icon } from "./icons.js";
import { entryOf } from "./server_words.js";

/** @typedef {import("../net/problem.js").Problem} Problem */

const words = strings.problem;

/**
 * What happened and what to do. Where the page speaks another language than the server, it says by the kind of
 * the problem what it can say itself.
 * @param {{ kind?: string, message: string, hint?: string }} problem
 * @param {boolean} fromServer  false: the words are the page's own
 */
export function problemLines({ kind = "", message, hint }, fromServer = true) {
  const lang = fromServer ? serverLang : null;
  const known = fromServer && entryOf(words.kinds, kind);
  return [
    known && h("p", { class: "problem-message" }, known),
    h("p", { class: known ? "hint" : "problem-message", lang }, reveal(message)),
    hint && h("p", { class: known && "hint", lang }, reveal(sentence(hint))),
  ].filter((line) => line instanceof HTMLElement);
}

/**
 * What happened, what to do, the error id, and a way to try again where that may help.
 * @param {Problem} problem
 * @param {() => void} [again]
 */
export function problemBox(problem, again) {
  const wait = problem.retryAfter === null ? "" : words.retryIn(duration(problem.retryAfter));
  return h(
    "div",
    { class: "problem", role: "alert" },
    icon("alert"),
    h(
      "div",
      {},
      ...problemLines(problem, problem.fromServer),
      wait && h("p", {}, wait),
      problem.errorId && h("p", { class: "hint" }, words.id(problem.errorId)),
    ),
    again && problem.retryable && button(words.retry, again, { kind: "small" }),
  );
}
