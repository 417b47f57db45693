// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { framed } from "../helpers/timing.js";
import { findingsAt } from "../model/findings.js";
import { decidedOn, offered, versionsOf } from "../model/versions.js";
import { Problem } from "../net/problem.js";
import { badge, button, VERDICT_TONE } from "../render/controls.js";
import { Field } from "../render/field.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { ApprovalDialog } from "./approval_dialog.js";
import { verdictLine } from "./proof_card.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").Version} Version
 * @typedef {"ask" | "change"} Mode
 */

const words = strings.decision;
const MAX_FEEDBACK = 10_000;

/** Asks the user about exactly one version, while a gate is open. */
class Decision extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {Envelope | null} */
  #gate = null;
  /** @type {Version | null} */
  #version = null;
  #sending = false;
  #facts = h("div", { class: "decision-facts" });
  #extra = h("div", { class: "decision-extra" });
  #buttons = h("div", { class: "decision-buttons" });
  #dialog = new ApprovalDialog((_, approval) => void this.#send("approve", approval));
  #feedback = new Field(
    words.feedback,
    h("textarea", { rows: 3, maxlength: MAX_FEEDBACK }),
    words.feedbackHint,
  );

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.append(h("div", { class: "decision-row" }, this.#facts, this.#buttons), this.#extra);
    this.append(this.#dialog.element);
    this.#feedback.control.addEventListener("keydown", (event) => this.#onKey(event));
    const follow = framed(() => this.#follow());
    app.current.log.watch(follow);
    app.current.loading.watch(follow);
    app.current.chosen.watch(follow);
  }

  #follow() {
    const { log, loading } = this.#app.current;
    const run = loading.value === "ready" ? log.value?.newest : null;
    const held = this.contains(document.activeElement);
    show(this, Boolean(run?.gate));
    if (run?.gate) return this.#followGate(run, run.gate);
    this.#close();
    // Who has just decided by the keyboard goes on from the content, not from the top of the page.
    if (held) document.getElementById("content")?.focus({ preventScroll: true });
  }

  /**
   * @param {RunView} run
   * @param {Envelope} gate
   */
  #followGate(run, gate) {
    const versions = versionsOf([run]);
    const version = decidedOn(run, versions, this.#app.current.chosenAt(gate));
    const same = gate.data.gate_id === this.#gate?.data.gate_id;
    if (same && version?.key === this.#version?.key) return;
    this.#close();
    if (!same) this.#feedback.control.value = "";
    this.#gate = gate;
    this.#version = version;
    this.#open(version, offered(run, versions));
  }

  #close() {
    this.#gate = this.#version = null;
    this.#sending = false;
    this.#dialog.element.close();
  }

  /**
   * @param {Version | null} version
   * @param {Version | null} offer
   */
  #open(version, offer) {
    const verdict = version?.verdict ?? "unchecked";
    const doubt = String(this.#gate?.data.doubt ?? "");
    const names = version?.files.map((file) => `${reveal(file.path)} (${size(file.bytes)})`).join(", ");
    this.#facts.replaceChildren(
      h(
        "div",
        { class: "decision-title" },
        h("h2", {}, words.heading(version?.version ?? 0)),
        badge(strings.verdict[verdict], VERDICT_TONE[verdict]),
      ),
      h("p", { class: "decision-files" }, names ?? ""),
      ...(version ? [h("p", { class: "hint" }, verdictLine(version))] : []),
      ...(doubt ? [h("p", { class: "decision-doubt" }, reveal(doubt))] : []),
      ...(offer && version && offer !== version ? [this.#wayBack(offer)] : []),
    );
    this.#turnTo("ask");
  }

  /** @param {Version} offer */
  #wayBack(offer) {
    const back = () => this.#gate && this.#app.current.choose(this.#gate, "");
    return h(
      "p",
      { class: "hint" },
      `${words.instead(offer.version)} `,
      h("button", { type: "button", class: "link-button", onclick: back }, words.backTo(offer.version)),
    );
  }

  /** @param {Mode} mode */
  #turnTo(mode) {
    this.#feedback.setProblem("");
    this.#extra.replaceChildren(...(mode === "change" ? [this.#feedback.field] : []));
    this.#buttons.replaceChildren(...(mode === "change" ? this.#changeButtons() : this.#choices()));
    if (mode === "change") this.#feedback.control.focus();
  }

  #changeButtons() {
    return [
      button(words.change, () => this.#sendChange(), { kind: "primary" }),
      button(words.back, () => this.#turnTo("ask"), { kind: "quiet" }),
    ];
  }

  #choices() {
    // What is not proven is not what the eye is led to.
    const proven = this.#version?.verdict === "verified";
    const approve = button(words.approve, () => this.#approve(), {
      kind: proven ? "approve" : "",
      icon: "check",
    });
    const change = button(words.change, () => this.#turnTo("change"), {
      kind: proven ? "" : "primary",
      icon: "pencil",
    });
    const reject = button(words.reject, () => void this.#send("reject"), { kind: "quiet", icon: "cross" });
    Object.assign(approve.dataset, { shortcut: "approve" });
    Object.assign(change.dataset, { shortcut: "change" });
    Object.assign(reject.dataset, { shortcut: "reject" });
    for (const control of [approve, change, reject]) control.title = words.keys;
    this.#bar(approve);
    return [approve, change, reject];
  }

  /**
   * Switch approving off where a finding blocks the version, and say which.
   * @param {HTMLButtonElement} approve
   */
  #bar(approve) {
    const blocking = this.#version ? findingsAt(this.#version.results, "block") : [];
    if (!blocking.length) return;
    const id = `blocked-${nextId()}`;
    const reasons = blocking.map((found) =>
      h("li", {}, reveal(`${strings.checks.line(found.path, found.line)}: ${found.text}`)),
    );
    approve.disabled = true;
    approve.setAttribute("aria-describedby", id);
    this.#extra.append(
      h("div", { class: "blocked", id }, h("strong", {}, words.blocked), h("ul", {}, ...reasons)),
    );
  }

  /** One click where the version is verified; else the dialog asks for what is needed. */
  #approve() {
    const version = this.#version;
    if (!version) return;
    const asked = findingsAt(version.results, "ask").length > 0;
    if (version.verdict === "verified" && !asked) void this.#send("approve");
    else this.#dialog.open(version);
  }

  #sendChange() {
    const feedback = this.#feedback.control.value.trim();
    this.#feedback.setProblem(feedback ? "" : words.feedbackEmpty);
    if (feedback) void this.#send("revise", { feedback });
    else this.#feedback.control.focus();
  }

  /**
   * @param {"approve" | "revise" | "reject"} decision
   * @param {{ feedback?: string, override?: boolean, confirmed?: string[] }} [more]
   */
  async #send(decision, more) {
    if (this.#sending || !this.#gate || !this.#version) return;
    const gate = this.#gate;
    this.#setSending(true);
    try {
      await this.#app.current.decide(gate, this.#version.hash, decision, more);
    } catch (error) {
      if (gate === this.#gate) this.#failed(error);
    }
  }

  /** @param {boolean} sending the log's next events take the bar away */
  #setSending(sending) {
    this.#sending = sending;
    if (this.#dialog.element.open) this.#dialog.setSending(sending);
    else this.#buttons.querySelectorAll("button").forEach((control) => (control.disabled = sending));
    this.#buttons.toggleAttribute("aria-busy", sending);
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#setSending(false);
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) this.#dialog.element.close();
    else if (error.status === 409) {
      this.#dialog.element.close();
      this.#app.say({ text: words.elsewhere });
      void this.#app.current.refresh().catch((problem) => this.#app.sayProblem(problem));
    } else if (error.field === "feedback") this.#feedback.setProblem(error.message);
    else if (this.#dialog.element.open) this.#dialog.say(error);
    else this.#extra.append(problemBox(error));
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.#sendChange();
    } else if (event.key === "Escape") this.#turnTo("ask");
  }
}

customElements.define("rt-decision", Decision);
