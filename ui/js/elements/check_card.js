// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { findingsOf, lacksOf, levelOf, resultsOf } from "../model/checked.js";
import { byLevel } from "../model/findings.js";
import { badge, button, pending, VERDICT_TONE } from "../render/controls.js";
import { findingGroup, LEVEL_TONE } from "../render/findings.js";
import { icon } from "../render/icons.js";
import { hashLine, part, reportParts } from "../render/report_parts.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/file_check.js").Outcome} Outcome
 * @typedef {import("../types.js").CheckedFile} CheckedFile
 * @typedef {import("../types.js").CheckReply} CheckReply
 * @typedef {{ again: () => void, sarif: () => Promise<unknown>, failed: (error: unknown) => void }} Actions
 */

const words = strings.checkFiles;
const NAMED = 3;

/** What came out of a check: as a whole, and for each file. */
export class CheckCard {
  #reply;
  #stale = false;
  #title = h("h2", { tabindex: -1 }, words.result);
  #facts = h("div", { class: "proof-head" });

  /**
   * @param {Outcome} outcome
   * @param {Actions} actions
   */
  constructor({ reply }, { again, sarif, failed }) {
    this.#reply = reply;
    const save = button(words.sarif, () => void pending(save, sarif, failed), {
      icon: "download",
      kind: "small",
    });
    this.element = h(
      "div",
      { class: "proof-card check-card" },
      h(
        "div",
        { class: "check-card-head" },
        this.#title,
        save,
        button(words.again, again, { icon: "swap", kind: "small" }),
      ),
      this.#facts,
      ...reply.files.map((file) => fileSection(file, reply.files.length === 1)),
    );
    this.#draw();
  }

  /** Whether the files are no longer those that were checked. */
  get stale() {
    return this.#stale;
  }

  set stale(stale) {
    if (stale === this.#stale) return;
    this.#stale = stale;
    this.#draw();
  }

  focus() {
    this.#title.focus();
  }

  #draw() {
    const { verdict } = this.#reply;
    const level = levelOf(this.#reply);
    const tone = level === "block" || level === "ask" ? LEVEL_TONE[level] : VERDICT_TONE[verdict];
    const said = (/** @type {string} */ text) => (this.#stale ? words.was(text) : text);
    const toned = (/** @type {string} */ own) => (this.#stale ? "idle" : own);
    this.element.classList.toggle("stale", this.#stale);
    this.#facts.dataset.tone = this.#stale ? "doubtful" : tone;
    this.#facts.replaceChildren(
      ...(this.#stale ? [h("p", { class: "stale-note" }, icon("alert"), words.stale)] : []),
      h(
        "p",
        { class: "verdict" },
        badge(said(words.levels[level]), toned(LEVEL_TONE[level])),
        h("span", {}, levelLine(this.#reply)),
      ),
      h(
        "p",
        { class: "verdict" },
        badge(said(strings.verdict[verdict]), toned(VERDICT_TONE[verdict])),
        h("span", {}, verdictLine(this.#reply)),
      ),
    );
  }
}

/**
 * What the files ask of the user, in one line.
 * @param {CheckReply} reply
 */
export function levelLine(reply) {
  const level = levelOf(reply);
  return words.lines[level](listed(reply.files.filter((file) => file.level === level).map((f) => f.path)));
}

/** @param {CheckReply} reply */
function verdictLine(reply) {
  const lacks = lacksOf(reply);
  if (!lacks.length) return words.held;
  return lacks
    .map(({ kind, names }) =>
      kind === "not_executed" ? words.notExecuted(listed(names)) : strings.proof.lacks[kind](listed(names)),
    )
    .join(" ");
}

/** @param {string[]} names */
function listed(names) {
  const shown = names.slice(0, NAMED).map(reveal).join(", ");
  return names.length > NAMED ? `${shown} ${words.andMore(names.length - NAMED)}` : shown;
}

/**
 * @param {CheckedFile} file
 * @param {boolean} alone
 */
function fileSection(file, alone) {
  const groups = byLevel(findingsOf(file)).map((group) => findingGroup(group, words.groups));
  const grave = file.level === "block" || file.level === "ask";
  return h(
    "details",
    { class: "checked-file", open: alone || grave },
    h(
      "summary",
      {},
      icon("file"),
      h("h2", { class: "file-path" }, reveal(file.path)),
      badge(words.levels[file.level], LEVEL_TONE[file.level]),
      icon("chevron"),
    ),
    h(
      "div",
      { class: "checked-file-body" },
      groups.length > 0 && part(strings.proof.findings, ...groups),
      ...reportParts(resultsOf(file)),
      hashLine(words.bytes, file.sha256),
    ),
  );
}
