// @ts-check
import { h } from "../helpers/dom.js";
import { duration, shortDate } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { figures, follows, headline } from "../model/exam.js";
import { badge } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";
import { examEvidence } from "./exam_evidence.js";

/**
 * @typedef {import("../model/exam.js").ExamResult} ExamResult
 * @typedef {import("../model/exam.js").Trial} Trial
 */

const words = strings.exam;

/**
 * The result of an exam: a line that opens to the figures, what follows, and the evidence.
 * @param {ExamResult} result
 * @param {{ open: boolean, evidence: () => Promise<{ trials: Trial[] }> }} how
 */
export function examCard(result, { open, evidence }) {
  const line = h(
    "summary",
    {},
    icon("chevron"),
    h("span", {}, words.summary(shortDate(result.when))),
    ...headline(result).map((text) => h("span", { class: "exam-fact" }, text)),
    result.stale && badge(words.stale, "doubtful"),
  );
  return h(
    "details",
    { class: "exam-card", open },
    line,
    result.stale && h("p", { class: "exam-warning", "data-tone": "doubtful" }, words.staleWhy),
    figureList(result),
    result.disturbed && h("p", { class: "hint" }, words.disturbed),
    consequences(result),
    h(
      "p",
      { class: "hint exam-foot" },
      h("span", {}, words.short(duration(result.seconds), duration(result.budget))),
      h(
        "span",
        {},
        `${words.digest} `,
        h("code", { title: result.digest }, reveal(shortDigest(result.digest))),
      ),
    ),
    examEvidence(evidence),
  );
}

/** @param {ExamResult} result */
function figureList(result) {
  const cells = figures(result).map(({ part, value, notes, measured }) =>
    h(
      "div",
      { class: "exam-figure", "data-missing": !measured },
      h("dt", { title: words.hints[part] }, words.parts[part]),
      h("dd", {}, h("strong", {}, value), ...notes.map((note) => h("span", {}, note))),
    ),
  );
  return h("dl", { class: "exam-figures" }, ...cells);
}

/** @param {ExamResult} result */
function consequences(result) {
  const told = follows(result);
  if (result.stale) return null;
  if (told.length === 0) return h("p", { class: "hint" }, words.nothing);
  return h(
    "div",
    { class: "exam-follows" },
    h("p", { class: "exam-follows-title" }, words.follows),
    h("ul", {}, ...told.map((text) => h("li", {}, text))),
    h("p", { class: "hint" }, words.yours),
  );
}

/** @param {string} digest */
function shortDigest(digest) {
  return digest.startsWith("sha256:") ? digest.slice(7, 19) : digest.replace(/^sha256-/, "").slice(0, 40);
}
