// @ts-check
import { h } from "../helpers/dom.js";
import { LANGUAGES, MAX_ROUNDS } from "../model/draft.js";
import { button } from "../render/controls.js";
import { Field, offerOptions } from "../render/field.js";
import { KeptNote } from "../render/kept_note.js";
import { ModelPicker } from "../render/model_picker.js";
import { strings } from "../strings.js";
import { AttachedFiles } from "./attached_files.js";
import { AgentChoices } from "./composer_agents.js";
import { ForecastLine } from "./composer_forecast.js";
import { ExamplesTable } from "./examples_table.js";

const words = strings.composer;
const drafting = strings.drafting;
const GROWS_BY_ITSELF = CSS.supports("field-sizing", "content");

/** The composer's fields and how they stand: the text first, what is rarely needed folded away. */
export class ComposerParts {
  heading = h("h1", {}, words.heading);
  intro = h("p", { class: "composer-intro" }, words.intro);
  top = h("div", { class: "composer-top" });
  requirements = new Field(
    words.requirements,
    h("textarea", { rows: 4, placeholder: words.requirementsHint, oninput: () => this.grow() }),
  );
  counter = h("span", { class: "counter", hidden: true });
  language = new Field(words.language, h("select", {}));
  rounds = new Field(words.rounds, h("input", { type: "number", min: 1, max: MAX_ROUNDS, step: 1 }));
  agents = new AgentChoices();
  forecast = new ForecastLine();
  kept = new KeptNote();

  /** @param {{ changed: () => void, generate: () => void }} actions */
  constructor({ changed, generate }) {
    this.picker = new ModelPicker({ automatic: true, changed });
    this.examples = new ExamplesTable(changed);
    this.tests = new AttachedFiles(
      { title: words.tests, hint: drafting.addTestHint, pick: words.pickTest, mark: drafting.testFile },
      changed,
      { icon: "checkFile" },
    );
    this.context = new AttachedFiles(
      { title: words.context, hint: drafting.addFilesHint, pick: words.pick },
      changed,
      { icon: "clip" },
    );
    this.go = button(words.generate, generate, { kind: "primary" });
    this.go.title = words.shortcut;
    this.more = h(
      "details",
      { class: "composer-more" },
      h("summary", { title: drafting.moreHint }, drafting.more),
    );
    this.more.append(this.agents.element);
    offerOptions(
      this.language.control,
      LANGUAGES.map((value) => ({
        value,
        label: words.languages[/** @type {keyof typeof words.languages} */ (value)],
      })),
    );
    this.card = this.#card();
    this.row = h(
      "div",
      { class: "composer-row" },
      this.language.field,
      this.picker.provider.field,
      this.picker.model.field,
      this.rounds.field,
    );
  }

  /** @param {HTMLElement} access what is said of providers that cannot be used */
  form(access) {
    return h(
      "form",
      {
        class: "composer-form",
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
      },
      this.heading,
      this.intro,
      this.top,
      this.card,
      this.row,
      this.more,
      access,
      this.kept.element,
      this.forecast.element,
    );
  }

  /** Let the text have the room that it takes; where the browser does so by itself, it is left to it. */
  grow() {
    if (GROWS_BY_ITSELF) return;
    const { control } = this.requirements;
    control.style.height = "auto";
    control.style.height = `${control.scrollHeight + 2}px`;
  }

  /**
   * The part that a field of the server's is shown at.
   * @param {string} field
   * @returns {{ setProblem(text: string, row?: any): void } | null}
   */
  at(field) {
    /** @type {Record<string, { setProblem(text: string, row?: any): void }>} */
    const fields = {
      requirements: this.requirements,
      language: this.language,
      max_iterations: this.rounds,
      provider: this.picker.provider,
      model: this.picker.model,
      examples: this.examples,
      tests: this.tests,
      context: this.context,
      agents: this.agents,
    };
    return fields[field] ?? null;
  }

  clearProblems() {
    for (const field of ["requirements", "language", "max_iterations", "provider", "model"])
      this.at(field)?.setProblem("");
    for (const part of [this.examples, this.tests, this.context, this.agents]) part.setProblem("");
    this.top.replaceChildren();
  }

  #card() {
    const adding = h("div", { class: "composer-add" }, this.context.pick, this.examples.add, this.tests.pick);
    return h(
      "div",
      { class: "composer-card" },
      this.requirements.field,
      h("div", { class: "composer-files" }, this.context.element, this.tests.element),
      this.examples.element,
      h(
        "div",
        { class: "composer-bar" },
        adding,
        this.counter,
        h("span", { class: "hint composer-shortcut", "aria-hidden": "true" }, words.shortcut),
        this.go,
      ),
    );
  }
}
