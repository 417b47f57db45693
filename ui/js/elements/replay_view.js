// @ts-check
import { h, show } from "../helpers/dom.js";
import { shortDate } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { SPEEDS } from "../model/replaying.js";
import { button, iconButton } from "../render/controls.js";
import { offerOptions } from "../render/field.js";
import { icon } from "../render/icons.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { takeDropped } from "./take_files.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.replay;

/** Takes a capsule, and plays it over the timeline and the artifact. */
class ReplayView extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #input = h("input", {
    type: "file",
    accept: ".rtcapsule",
    hidden: true,
    "aria-label": words.pick,
    onchange: () => this.#picked(),
  });
  #problem = h("div", {});
  #opening = h("p", { role: "status" });
  #title = h("h2", { class: "replay-title" });
  #facts = h("p", { class: "hint" });
  #play = iconButton("play", words.play, () => this.#toggle());
  #position = h("input", {
    type: "range",
    min: 0,
    step: 1,
    "aria-label": words.position,
    oninput: () => this.#seek(Number(this.#position.value)),
  });
  #count = h("span", { class: "replay-count" });
  #speed = h("select", { "aria-label": words.speed, onchange: () => this.#setSpeed() });
  #start = h("div", { class: "replay-start" });
  #bar = h("div", { class: "replay-bar" });

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    offerOptions(
      this.#speed,
      SPEEDS.map((speed) => ({ value: String(speed), label: words.times(speed) })),
    );
    this.#build();
    takeDropped(this, (files) => void app.replay.open(files[0]));
    app.replaying.watch(() => this.#draw());
    for (const value of [app.replay.state, app.replay.at, app.replay.playing])
      value.watch(() => this.#draw());
  }

  #build() {
    const pick = button(words.pick, () => this.#input.click(), { kind: "primary", icon: "file" });
    this.#start.append(
      h("h1", {}, words.heading),
      h("p", { class: "composer-intro" }, words.intro),
      h("div", { class: "replay-drop" }, icon("play"), h("p", {}, words.drop), pick),
      this.#opening,
      this.#problem,
    );
    const { replay } = this.#app;
    this.#bar.append(
      h("div", { class: "replay-what" }, this.#title, this.#facts),
      h(
        "div",
        { class: "replay-controls", role: "group", "aria-label": words.region },
        iconButton("stepBack", words.back, () => replay.step(-1)),
        this.#play,
        iconButton("stepForward", words.forward, () => replay.step(1)),
        this.#position,
        this.#count,
        this.#speed,
        button(words.another, () => replay.leave(), { kind: "small" }),
        button(words.leave, () => this.#app.go(null), { kind: "small quiet" }),
      ),
    );
    this.append(this.#input, this.#start, this.#bar);
  }

  #draw() {
    const { replay, replaying } = this.#app;
    const state = replay.state.value;
    const ready = state === "ready";
    show(this, replaying.value);
    document.body.classList.toggle("replaying", replaying.value);
    document.body.classList.toggle("replaying-ready", replaying.value && ready);
    if (!replaying.value) return;
    show(this.#start, !ready);
    show(this.#bar, ready);
    this.#opening.textContent = state === "opening" ? words.opening : "";
    this.#problem.replaceChildren(...(typeof state === "string" ? [] : [problemBox(state)]));
    if (ready) this.#drawBar();
  }

  #drawBar() {
    const { replay } = this.#app;
    const at = replay.at.value;
    const { capsule, length } = replay;
    if (!capsule) return;
    const taken = Object.entries(capsule.redacted).map(([kind, n]) =>
      words.kinds[/** @type {keyof typeof words.kinds} */ (kind)](n),
    );
    this.#title.textContent = reveal(capsule.title);
    this.#facts.textContent = [
      words.facts(shortDate(capsule.made)),
      taken.length ? words.taken(taken.join(", ")) : words.nothingTaken,
    ].join(" ");
    this.#position.max = String(length);
    this.#position.value = String(at);
    this.#position.setAttribute("aria-valuetext", words.positionValue(at, length));
    this.#count.textContent = `${at} / ${length}`;
    const label = replay.playing.value ? words.pause : words.play;
    if (this.#play.title === label) return;
    this.#play.title = label;
    this.#play.setAttribute("aria-label", label);
    this.#play.replaceChildren(icon(replay.playing.value ? "pause" : "play"));
  }

  #toggle() {
    const { replay } = this.#app;
    if (replay.playing.value) replay.pause();
    else replay.play();
  }

  /** @param {number} at */
  #seek(at) {
    this.#app.replay.pause();
    this.#app.replay.seek(at);
  }

  #setSpeed() {
    this.#app.replay.speed = Number(this.#speed.value);
  }

  #picked() {
    const file = this.#input.files?.[0];
    this.#input.value = "";
    if (file) void this.#app.replay.open(file);
  }
}

customElements.define("rt-replay", ReplayView);
