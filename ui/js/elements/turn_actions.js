// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { afterwards, forkObstacle, later, rewindObstacle } from "../model/steering.js";
import { button, iconButton, pending } from "../render/controls.js";
import { Field } from "../render/field.js";
import { openMenu } from "../render/menu.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { TURN_ASKED } from "./turn_menu.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../control/steering.js").Step} Step
 * @typedef {import("./turn_menu.js").TurnAsked} TurnAsked
 */

const words = strings.steering;

/** The menu of a turn, and the dialog that says what forking or rewinding will do before it is done. */
class TurnActions extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {Step | null} */
  #step = null;
  #heading = h("h2", { id: `steering-${nextId()}` });
  #says = h("div", {});
  #title = new Field(words.title, h("input", { type: "text", maxlength: 200, autocomplete: "off" }));
  #problem = h("div", {});
  #go = button("", () => this.#do(), { kind: "primary" });
  #dialog = h("dialog", { "aria-labelledby": this.#heading.id });

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    const close = () => this.#dialog.close();
    const form = h(
      "form",
      { class: "dialog-body", onsubmit: (/** @type {Event} */ event) => this.#submit(event) },
      this.#says,
      this.#title.field,
    );
    this.#dialog.append(
      h("header", { class: "dialog-head" }, this.#heading, iconButton("cross", words.close, close)),
      form,
      h(
        "footer",
        { class: "dialog-foot" },
        this.#problem,
        h("div", { class: "dialog-buttons" }, button(words.cancel, close), this.#go),
      ),
    );
    this.append(this.#dialog);
    document.addEventListener(TURN_ASKED, (event) =>
      this.#offer(/** @type {CustomEvent<TurnAsked>} */ (event).detail),
    );
    app.steering.step.watch((step) => step && this.#open(step));
  }

  /** @param {TurnAsked} asked */
  #offer({ runId, turn, opener }) {
    const log = this.#app.current.log.value;
    const run = log?.runs.get(runId);
    if (!log || !run) return;
    const step = { sessionId: log.sessionId, runId, turn };
    const why = (/** @type {import("../model/steering.js").Obstacle | null} */ obstacle) =>
      obstacle ? words[obstacle] : "";
    openMenu(opener, words.menu(turn), [
      {
        label: words.fork,
        icon: "fork",
        reason: why(forkObstacle(run, turn)),
        run: () => this.#app.steering.step.set({ kind: "fork", ...step, then: afterwards(run, turn) }),
      },
      {
        label: words.rewind,
        icon: "rewind",
        reason: why(rewindObstacle(run, turn, log.newest === run)),
        run: () =>
          this.#app.steering.step.set({
            kind: "rewind",
            ...step,
            dropped: later(run, turn),
            then: afterwards(run, turn),
          }),
      },
    ]);
  }

  /** @param {Step} step */
  #open(step) {
    const fork = step.kind === "fork";
    this.#step = step;
    this.#heading.textContent = (fork ? words.forkHeading : words.rewindHeading)(step.turn);
    const first = fork ? words.forkWill(step.turn) : words.rewindWill(step.dropped ?? []);
    this.#says.replaceChildren(h("p", {}, [first, step.then && words[step.then]].filter(Boolean).join(" ")));
    show(this.#title.field, fork);
    const old = this.#app.sessions.find(step.sessionId)?.title ?? "";
    this.#title.control.value = old && words.fork_(old).slice(0, 200);
    this.#go.textContent = fork ? words.forkDo : words.rewindDo;
    this.#problem.replaceChildren();
    this.#dialog.showModal();
    (fork ? this.#title.control : this.#go).focus();
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    this.#do();
  }

  #do() {
    const step = this.#step;
    if (!step || this.#go.disabled) return;
    const act = async () => {
      await this.#app.steering.take(step, this.#title.control.value.trim());
      this.#dialog.close();
    };
    void pending(this.#go, act, (error) => {
      if (!this.#app.locksOut(error)) this.#problem.replaceChildren(problemBox(/** @type {any} */ (error)));
    });
  }
}

customElements.define("rt-turn-actions", TurnActions);
