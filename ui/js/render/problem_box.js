// @ts-check
import { h } from "../helpers/dom.js";
import { duration, sentence } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { strings } from "../strings.js";
import { button } from "./controls.js";
import { icon } from "./icons.js";

/** @typedef {import("../net/problem.js").Problem} Problem */

const words = strings.problem;

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
      h("p", { class: "problem-message" }, reveal(problem.message)),
      problem.hint && h("p", {}, reveal(sentence(problem.hint))),
      wait && h("p", {}, wait),
      problem.errorId && h("p", { class: "hint" }, words.id(problem.errorId)),
    ),
    again && problem.retryable && button(words.retry, again, { kind: "small" }),
  );
}
