// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { findingsAt } from "../model/findings.js";
import { checkName } from "../render/check_details.js";
import { button, iconButton, nameFixed } from "../render/controls.js";
import { findingFace } from "../render/findings.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { verdictLine } from "./proof_card.js";

/**
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").Finding} Finding
 * @typedef {import("../types.js").Version} Version
 * @typedef {{ override: boolean, confirmed: string[] }} Approval
 */

const words = strings.decision;
const SHOWN_EVIDENCE = 1200;

/** Asks for the explicit word that approving a version needs which is not verified. */
export class ApprovalDialog {
  #title = h("h2", { id: `approval-${nextId()}` });
  #body = h("div", { class: "dialog-body" });
  #progress = h("p", { class: "hint", role: "status", id: `approval-${nextId()}` });
  #problem = h("div", {});
  #go = button(words.overrideDo, () => this.#approve(), { kind: "danger" });
  #back = button(words.back, () => this.element.close());
  /** @type {HTMLInputElement[]} */
  #boxes = [];
  /** @type {Version | null} */
  #version = null;
  #approved;

  /** @param {(version: Version, approval: Approval) => void} approved */
  constructor(approved) {
    this.#approved = approved;
    this.#go.setAttribute("aria-describedby", this.#progress.id);
    const close = iconButton("cross", strings.settings.close, () => this.element.close());
    this.element = h(
      "dialog",
      { class: "approval", "aria-labelledby": this.#title.id },
      h("header", { class: "dialog-head" }, this.#title, close),
      this.#body,
      h(
        "footer",
        { class: "dialog-foot" },
        this.#problem,
        this.#progress,
        h("div", { class: "dialog-buttons" }, this.#back, this.#go),
      ),
    );
  }

  /** @param {Version} version */
  open(version) {
    const verified = version.verdict === "verified";
    const asked = findingsAt(version.results, "ask");
    this.#version = version;
    this.#boxes = [];
    this.#title.textContent = (verified ? words.confirmHeading : words.overrideHeading)(version.version);
    const go = verified ? words.approve : words.overrideDo;
    this.#go.lastChild?.replaceWith(go);
    nameFixed(this.#go, go);
    this.#body.replaceChildren(
      ...(verified ? [] : lacking(version)),
      ...(asked.length ? [this.#confirmations(asked)] : []),
      h("p", { class: "hint" }, words.recorded),
    );
    this.#problem.replaceChildren();
    this.#count();
    this.element.showModal();
    (this.#boxes[0] ?? this.#back).focus();
  }

  /** @param {boolean} sending */
  setSending(sending) {
    this.#go.toggleAttribute("aria-busy", sending);
    this.#back.disabled = sending;
    if (sending) this.#go.disabled = true;
    else this.#count();
  }

  /** @param {Problem} problem */
  say(problem) {
    this.#problem.replaceChildren(problemBox(problem));
  }

  /** @param {Finding[]} findings */
  #confirmations(findings) {
    const rows = findings.map((found) => {
      const box = h("input", { type: "checkbox", value: found.id, onchange: () => this.#count() });
      this.#boxes.push(box);
      return h("li", {}, h("label", { class: "confirmation" }, box, findingFace(found)));
    });
    return h("fieldset", { class: "confirmations" }, h("legend", {}, words.accept), h("ul", {}, ...rows));
  }

  #count() {
    const done = this.#boxes.filter((box) => box.checked).length;
    const all = this.#boxes.length;
    this.#progress.textContent = all ? words.acceptFirst(done, all) : "";
    show(this.#progress, all > 0);
    this.#go.disabled = done < all;
  }

  #approve() {
    const version = this.#version;
    if (!version) return;
    const confirmed = this.#boxes.map((box) => box.value);
    this.#approved(version, { override: version.verdict !== "verified", confirmed });
  }
}

/**
 * What keeps the version from being verified, with the evidence where no findings say it.
 * @param {Version} version
 */
function lacking(version) {
  const failed = version.results.filter((result) => result.status === "fail" && result.required);
  // What has to be accepted stands below, each by itself.
  const told = failed.filter((result) => result.evidence && !findingsAt([result], "ask").length);
  return [
    h("p", { class: "override" }, h("strong", {}, words.lacking), " ", verdictLine(version)),
    ...told.map((result) =>
      h(
        "div",
        {},
        h("h3", {}, checkName(result.name)),
        h(
          "pre",
          { class: "evidence", tabindex: 0, role: "group", "aria-label": checkName(result.name) },
          reveal(result.evidence.slice(0, SHOWN_EVIDENCE)),
        ),
      ),
    ),
  ];
}
