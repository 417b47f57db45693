// @ts-check
import { h, show } from "../helpers/dom.js";
import { count } from "../helpers/format.js";
import { keep, kept } from "../helpers/keeping.js";
import { debounced } from "../helpers/timing.js";
import { LANGUAGES, MAX_REQUIREMENTS, MAX_ROUNDS, emptyDraft, restoreDraft } from "../model/draft.js";
import { exampleTexts, rowNamed } from "../model/examples.js";
import { statusOf } from "../model/facts.js";
import { Problem } from "../net/problem.js";
import { button, pending } from "../render/controls.js";
import { Field, offerOptions } from "../render/field.js";
import { ModelPicker } from "../render/model_picker.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { AttachedFiles } from "./attached_files.js";
import { draftProblems } from "./draft_problems.js";
import { ExamplesTable } from "./examples_table.js";
import { takeDropped, takePasted } from "./take_files.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../model/draft.js").Draft} Draft
 * @typedef {import("../types.js").RunRequest} RunRequest
 */

const words = strings.composer;
const KEEP_MS = 300;
const ROOMY = matchMedia("(width >= 900px)");

/** Asks for a new session, or for a follow-up where the session's last run was approved. */
class Composer extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #key = "";
  /** Whether a field is said to be wrong; each change then looks again. */
  #wrong = false;
  #heading = h("h1", {}, words.heading);
  #intro = h("p", { class: "composer-intro" }, words.intro);
  #requirements = new Field(
    words.requirements,
    h("textarea", { rows: 5, placeholder: words.requirementsHint }),
  );
  #counter = h("span", { class: "counter" });
  #language = new Field(words.language, h("select", {}));
  #rounds = new Field(words.rounds, h("input", { type: "number", min: 1, max: MAX_ROUNDS, step: 1 }));
  #picker = new ModelPicker({ automatic: true, changed: () => this.#touched() });
  #examples = new ExamplesTable(() => this.#touched());
  #tests = new AttachedFiles({ title: words.tests, hint: words.testsHint, pick: words.pickTest }, () =>
    this.#touched(),
  );
  #context = new AttachedFiles({ title: words.context, hint: words.contextHint, pick: words.pick }, () =>
    this.#touched(),
  );
  #row = h(
    "div",
    { class: "composer-row" },
    this.#language.field,
    this.#picker.provider.field,
    this.#picker.model.field,
    this.#rounds.field,
  );
  #title = h("span", {});
  #foundNote = h("span", { class: "hint" });
  #summary = h("summary", {}, this.#title, " ", this.#foundNote);
  #options = h("details", { class: "composer-options" }, this.#summary);
  #go = button(words.generate, () => void this.#generate(), { kind: "primary" });
  #top = h("div", {});
  #unkept = false;
  #keepSoon = debounced(() => this.#keepNow(), KEEP_MS);

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    offerOptions(
      this.#language.control,
      LANGUAGES.map((value) => ({
        value,
        label: words.languages[/** @type {keyof typeof words.languages} */ (value)],
      })),
    );
    this.append(this.#form());
    this.#listen();
    app.providers.list.watch((providers) => this.#picker.offer(providers ?? [], this.#wantedModel()));
    app.providers.problem.watch((problem) =>
      this.#picker.provider.setHint(problem ? words.modelsFailed : ""),
    );
    app.found.list.watch((found) => {
      this.#examples.found = found;
      this.#foundNote.textContent = found.length ? words.foundCount(found.length) : "";
    });
    app.current.log.watch(() => this.#follow());
    app.current.loading.watch(() => this.#follow());
    app.route.watch((id) => id === null && this.#requirements.control.focus());
  }

  #form() {
    this.#requirements.field.append(this.#counter);
    this.#options.append(this.#examples.element, this.#tests.element, this.#context.element);
    const shortcut = h("span", { class: "hint" }, words.shortcut);
    return h(
      "form",
      {
        class: "composer-form",
        novalidate: true,
        onsubmit: (/** @type {Event} */ event) => event.preventDefault(),
      },
      this.#heading,
      this.#intro,
      this.#top,
      this.#requirements.field,
      this.#row,
      this.#options,
      h("div", { class: "composer-actions" }, this.#go, shortcut),
    );
  }

  #listen() {
    this.addEventListener("input", () => this.#touched());
    this.addEventListener("change", () => this.#touched());
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.#generate();
    });
    addEventListener("pagehide", () => this.#keepNow());
    const asContext = (/** @type {File[]} */ files) => {
      this.#options.open = true;
      void this.#context.add(files);
    };
    takeDropped(this, asContext);
    takePasted(this, this.#requirements.control, asContext);
    takeDropped(this.#tests.element, (files) => void this.#tests.add(files));
  }

  /** Which form this is, and whether it stands on the page at all. */
  #follow() {
    const { log, loading, id } = this.#app.current;
    const run = log.value?.newest;
    const followUp =
      loading.value === "ready" && run !== null && run !== undefined && statusOf(run) === "approved";
    const fresh = loading.value === "none";
    show(this, fresh || followUp);
    this.classList.toggle("follow-up", !fresh);
    const key = fresh ? "draft" : `draft:${id}`;
    if (key === this.#key || this.hidden) return;
    this.#key = key;
    this.#arrange(fresh);
    this.#fill(restoreDraft(kept(key), followUp ? usedBy(run) : {}));
  }

  /** @param {boolean} fresh a follow-up stands below the timeline and takes less room */
  #arrange(fresh) {
    this.#heading.textContent = fresh ? words.heading : words.followUp;
    this.#intro.textContent = fresh ? words.intro : words.followUpIntro;
    this.#requirements.control.rows = fresh ? 5 : 2;
    if (fresh) this.#options.before(this.#row);
    else this.#summary.after(this.#row);
    this.#title.textContent = fresh ? words.more : words.options;
    this.#options.open = fresh && ROOMY.matches;
  }

  /** @param {Draft} draft */
  #fill(draft) {
    this.#requirements.control.value = draft.requirements;
    this.#language.control.value = draft.language;
    this.#rounds.control.value = String(draft.rounds);
    this.#picker.offer(this.#app.providers.list.value ?? [], draft);
    this.#examples.value = draft.examples;
    this.#tests.value = draft.tests;
    this.#context.value = draft.context;
    this.#clearProblems();
    this.#count();
    this.#look();
  }

  /** What was chosen before the list of providers had come. */
  #wantedModel() {
    const chosen = this.#picker.value;
    const run = this.#app.current.log.value?.newest;
    return chosen.provider ? chosen : restoreDraft(kept(this.#key), run ? usedBy(run) : {});
  }

  /** @returns {Draft} */
  get #draft() {
    return {
      requirements: this.#requirements.control.value,
      language: this.#language.control.value,
      rounds: Number(this.#rounds.control.value),
      context: this.#context.value,
      tests: this.#tests.value,
      examples: this.#examples.value,
      ...this.#picker.value,
    };
  }

  /** Look for examples in what was written. */
  #look() {
    this.#app.found.look(this.#requirements.control.value, this.#language.control.value);
  }

  #touched() {
    this.#count();
    this.#look();
    this.#unkept = true;
    this.#keepSoon();
    if (this.#wrong) this.#check();
  }

  /** Another tab's newer draft stays, unless something was changed here. */
  #keepNow() {
    if (this.#unkept && this.#key) keep(this.#key, JSON.stringify(this.#draft));
    this.#unkept = false;
  }

  #count() {
    const { length } = this.#requirements.control.value;
    this.#counter.textContent = words.counter(count(length), count(MAX_REQUIREMENTS));
    this.#counter.classList.toggle("over", length > MAX_REQUIREMENTS);
  }

  #clearProblems() {
    for (const field of [
      this.#requirements,
      this.#language,
      this.#rounds,
      this.#picker.provider,
      this.#picker.model,
    ])
      field.setProblem("");
    this.#examples.setProblem("");
    this.#tests.setProblem("");
    this.#context.setProblem("");
    this.#top.replaceChildren();
  }

  /** @returns {boolean} whether the draft can be sent */
  #check() {
    this.#clearProblems();
    const problems = draftProblems(this.#draft);
    problems.forEach(({ field, text, row }) => this.#showAt(field, text, row));
    this.#wrong = problems.length > 0;
    return !this.#wrong;
  }

  /**
   * @param {string} field
   * @param {string} text
   * @param {number} [row]
   * @returns {boolean} whether there is such a field
   */
  #showAt(field, text, row) {
    /** @type {Record<string, { setProblem(text: string, row?: number): void }>} */
    const fields = {
      requirements: this.#requirements,
      language: this.#language,
      max_iterations: this.#rounds,
      provider: this.#picker.provider,
      model: this.#picker.model,
      examples: this.#examples,
      tests: this.#tests,
      context: this.#context,
    };
    fields[field]?.setProblem(text, row);
    if (fields[field] && field !== "requirements") this.#options.open = true;
    return field in fields;
  }

  async #generate() {
    if (this.#go.disabled) return;
    if (!this.#check()) {
      /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid]"))?.focus();
      return;
    }
    const key = this.#key;
    this.#go.textContent = words.generating;
    const send = async () => {
      await this.#app.generate(this.#request());
      this.#unkept = false;
      keep(key, null);
      if (key === "draft") keep(key, JSON.stringify({ ...emptyDraft(), language: this.#draft.language }));
      this.#key = "";
      this.#follow();
    };
    await pending(this.#go, send, (error) => this.#failed(error));
    this.#go.textContent = words.generate;
  }

  /** @returns {RunRequest} */
  #request() {
    const draft = this.#draft;
    const followUp = this.#key !== "draft" && this.#app.current.id;
    return {
      requirements: draft.requirements.trim(),
      language: draft.language,
      max_iterations: draft.rounds,
      examples: exampleTexts(draft.examples),
      tests: draft.tests,
      context: draft.context,
      ...(draft.provider && { provider: draft.provider }),
      ...(draft.model && { model: draft.model }),
      ...(followUp && { session_id: followUp }),
    };
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) return;
    const [field, row] = error.field.split(/[.[]/);
    const text = [error.message, error.hint].filter(Boolean).join(" ");
    const wrong = row ? Number.parseInt(row, 10) : rowNamed(this.#draft.examples, error.message);
    this.#wrong = this.#showAt(field, text, wrong);
    if (!this.#wrong) this.#top.replaceChildren(problemBox(error, () => void this.#generate()));
  }
}

/**
 * What a follow-up begins with: the choices of the run before it.
 * @param {import("../types.js").RunView} run
 */
function usedBy(run) {
  const { language, provider, model, max_iterations: rounds } = run.created?.data ?? {};
  return { language, rounds, provider: provider ?? "", model: model ?? "" };
}

customElements.define("rt-composer", Composer);
