// @ts-check
import { h } from "../helpers/dom.js";
import { count, milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { Problem } from "../net/problem.js";
import { badge } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";

/** @typedef {import("../model/exam.js").Trial} Trial */

const words = strings.exam;

/**
 * What an exam rests on, loaded when it is opened for the first time.
 * @param {() => Promise<{ trials: Trial[] }>} load
 */
export function examEvidence(load) {
  const body = h("div", { class: "exam-trials" });
  const details = h("details", { class: "exam-evidence" }, h("summary", {}, words.evidence), body);
  let asked = false;
  const fill = async () => {
    asked = true;
    body.replaceChildren(h("p", { class: "hint", role: "status" }, words.preparing));
    try {
      body.replaceChildren(...(await load()).trials.map(trial));
    } catch (error) {
      asked = false;
      if (!(error instanceof Problem)) throw error;
      body.replaceChildren(problemBox(error, () => void fill()));
    }
  };
  details.addEventListener("toggle", () => {
    if (details.open && !asked) void fill();
  });
  return details;
}

/** @param {Trial} it */
function trial(it) {
  const { prompt_tokens: sent, completion_tokens: got, total_ms: ms } = it.usage;
  return h(
    "details",
    { class: "exam-trial" },
    h(
      "summary",
      {},
      result(it.right),
      h("span", { class: "exam-trial-title" }, words.trying(words.parts[it.part], it.title)),
      h("span", { class: "hint" }, words.usage(count(sent), count(got), milliseconds(ms))),
    ),
    text(words.found, it.outcome),
    text(words.prompt, it.prompt),
    text(words.answer, it.answer),
  );
}

/** @param {boolean | null} right */
function result(right) {
  if (right === null) return badge(words.unfinished, "idle");
  return right ? badge(words.right, "good") : badge(words.wrong, "bad");
}

/**
 * @param {string} title
 * @param {string} content of the model's or sent to it: never more than text
 */
function text(title, content) {
  const shown = reveal(content) || words.nothingSaid;
  return h(
    "figure",
    {},
    h("figcaption", {}, title),
    h("pre", { tabindex: 0, role: "group", "aria-label": title }, shown),
  );
}
