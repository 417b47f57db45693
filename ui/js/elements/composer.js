// @ts-check
import { show } from "../helpers/dom.js";
import { count } from "../helpers/format.js";
import { fitsServer, keep, kept } from "../helpers/keeping.js";
import { debounced } from "../helpers/timing.js";
import { MAX_REQUIREMENTS, nextDraft, restoreDraft } from "../model/draft.js";
import { exampleTexts, rowNamed } from "../model/examples.js";
import { statusOf } from "../model/facts.js";
import { Problem } from "../net/problem.js";
import { pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { AccessNote } from "./composer_access.js";
import { ComposerParts } from "./composer_parts.js";
import { draftProblems } from "./draft_problems.js";
import { takeDropped, takePasted } from "./take_files.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../model/draft.js").Draft} Draft
 * @typedef {import("../types.js").RunRequest} RunRequest
 */

const words = strings.composer;
const KEEP_MS = 300;
const FRESH = "draft";
/** From this share of the longest text on, its length is shown. */
const NEAR = 0.8;

/** Asks for a new session, or for a follow-up where the session's last run was approved. */
class Composer extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #key = "";
  /** Whether a field is said to be wrong; each change then looks again. */
  #wrong = false;
  #parts = new ComposerParts({ changed: () => this.#touched(), generate: () => void this.#generate() });
  /** @type {AccessNote} */
  #access = /** @type {AccessNote} */ (/** @type {unknown} */ (null));
  #unkept = false;
  #keepSoon = debounced(() => this.#keepNow(), KEEP_MS);

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.#access = new AccessNote(app);
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.append(this.#parts.form(this.#access.element));
    this.#listen();
    const { picker, agents, examples, forecast, requirements } = this.#parts;
    app.providers.list.watch((providers) => {
      picker.offer(providers ?? [], this.#wantedModel());
      agents.offer(providers ?? []);
      this.#look();
    });
    app.providers.problem.watch((problem) => picker.provider.setHint(problem ? words.modelsFailed : ""));
    app.config.reply.watch(() => this.#takeRounds());
    app.found.list.watch((found) => (examples.found = found));
    app.forecast.now.watch((now) => (forecast.value = now));
    app.current.log.watch(() => this.#follow());
    app.current.loading.watch(() => this.#follow());
    app.keeping.watch((known) => known && this.#fillAgain());
    app.route.watch((id) => id === null && requirements.control.focus());
  }

  #listen() {
    const { requirements, context, tests } = this.#parts;
    this.addEventListener("input", () => this.#touched());
    this.addEventListener("change", () => this.#touched());
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      void this.#generate();
    });
    addEventListener("pagehide", () => this.#keepNow());
    const asContext = (/** @type {File[]} */ files) => void context.add(files);
    takeDropped(this, asContext);
    takePasted(this, requirements.control, asContext);
    for (const target of [tests.element, tests.pick]) takeDropped(target, (files) => void tests.add(files));
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
    const key = fresh ? FRESH : `${FRESH}:${id}`;
    if (key === this.#key || this.hidden) return;
    this.#key = key;
    const { heading, intro, requirements } = this.#parts;
    heading.textContent = fresh ? words.heading : words.followUp;
    intro.textContent = fresh ? words.intro : words.followUpIntro;
    requirements.control.rows = fresh ? 4 : 2;
    this.#fill(restoreDraft(kept(key), followUp ? usedBy(run) : this.#usual()));
  }

  /** With the draft of an earlier page, unless something is written in this one. */
  #fillAgain() {
    const stored = kept(this.#key);
    if (stored !== null && !this.#unkept && stored !== JSON.stringify(this.#draft))
      this.#fill(restoreDraft(stored));
  }

  /** @param {Draft} draft */
  #fill(draft) {
    const { requirements, language, rounds, picker, examples, tests, context, agents, more } = this.#parts;
    requirements.control.value = draft.requirements;
    language.control.value = draft.language;
    rounds.control.value = String(draft.rounds);
    picker.offer(this.#app.providers.list.value ?? [], draft);
    examples.value = draft.examples;
    tests.value = draft.tests;
    context.value = draft.context;
    agents.value = draft.agents;
    more.open = Object.keys(draft.agents).length > 0;
    this.#parts.clearProblems();
    this.#parts.kept.look(fitsServer(kept(this.#key)));
    this.#parts.grow();
    this.#count();
    this.#look();
  }

  /** What the settings say where nothing was chosen. */
  #usual() {
    const rounds = this.#app.config.find("run.max_iterations")?.value;
    return rounds ? { rounds } : {};
  }

  #takeRounds() {
    const { rounds } = this.#usual();
    if (rounds && this.#key === FRESH && kept(FRESH) === null && !this.#unkept)
      this.#parts.rounds.control.value = String(rounds);
  }

  /** What was chosen before the list of providers had come. */
  #wantedModel() {
    const chosen = this.#parts.picker.value;
    const run = this.#app.current.log.value?.newest;
    return chosen.provider ? chosen : restoreDraft(kept(this.#key), run ? usedBy(run) : {});
  }

  /** @returns {Draft} */
  get #draft() {
    const { requirements, language, rounds, picker, examples, tests, context, agents } = this.#parts;
    return {
      requirements: requirements.control.value,
      language: language.control.value,
      rounds: Number(rounds.control.value),
      context: context.value,
      tests: tests.value,
      examples: examples.value,
      agents: agents.value,
      ...picker.value,
    };
  }

  /** Look for examples in the text, for what keeps the choice from working, and for what it would take. */
  #look() {
    const { requirements, language, provider, model, rounds, agents } = this.#draft;
    this.#app.found.look(requirements, language);
    const own = Object.values(agents).map((choice) => (choice.model ?? "").split(":")[0]);
    this.#access.look([provider, ...own].filter(Boolean));
    const asked = { provider, model, language, rounds: String(rounds) };
    const size = Math.ceil(requirements.trim().length / 100) * 100;
    const ready = this.#app.providers.list.value !== null && !this.hidden;
    if (ready && rounds >= 1 && rounds <= 10)
      this.#app.forecast.look({ ...asked, requirements_chars: String(size) });
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
    if (this.#unkept && this.#key) this.#parts.kept.look(keep(this.#key, JSON.stringify(this.#draft)));
    this.#unkept = false;
  }

  #count() {
    const { counter, requirements } = this.#parts;
    const { length } = requirements.control.value;
    counter.textContent = words.counter(count(length), count(MAX_REQUIREMENTS));
    show(counter, length > NEAR * MAX_REQUIREMENTS);
    counter.classList.toggle("over", length > MAX_REQUIREMENTS);
  }

  /** @returns {boolean} whether the draft can be sent */
  #check() {
    this.#parts.clearProblems();
    const problems = draftProblems(this.#draft);
    problems.forEach(({ field, text, row }) => this.#showAt(field, text, row));
    this.#wrong = problems.length > 0;
    return !this.#wrong;
  }

  /**
   * @param {string} path as the server names it, e.g. `agents.code_generator.model`
   * @param {string} text
   * @param {number} [row]
   * @returns {boolean} whether there is such a field
   */
  #showAt(path, text, row) {
    const [field, part] = path.split(".");
    this.#parts.at(field)?.setProblem(text, field === "agents" ? part : row);
    if (field === "agents") this.#parts.more.open = true;
    return this.#parts.at(field) !== null;
  }

  async #generate() {
    const { go } = this.#parts;
    if (go.disabled) return;
    if (!this.#check()) {
      /** @type {HTMLElement | null} */ (this.querySelector("[aria-invalid]"))?.focus();
      return;
    }
    if (this.#access.stops()) return;
    go.textContent = words.generating;
    await pending(
      go,
      () => this.#send(),
      (error) => this.#failed(error),
    );
    go.textContent = words.generate;
  }

  async #send() {
    const key = this.#key;
    const draft = this.#draft;
    await this.#app.generate(this.#request(draft));
    this.#unkept = false;
    keep(key, key === FRESH ? JSON.stringify(nextDraft(draft)) : null);
    this.#key = "";
    this.#follow();
  }

  /**
   * @param {Draft} draft
   * @returns {RunRequest}
   */
  #request(draft) {
    const followUp = this.#key !== FRESH && this.#app.current.id;
    return {
      requirements: draft.requirements.trim(),
      language: draft.language,
      max_iterations: draft.rounds,
      examples: exampleTexts(draft.examples),
      tests: draft.tests,
      context: draft.context,
      ...(Object.keys(draft.agents).length > 0 && { agents: draft.agents }),
      ...(draft.provider && { provider: draft.provider }),
      ...(draft.model && { model: draft.model }),
      ...(followUp && { session_id: followUp }),
    };
  }

  /** @param {unknown} error */
  #failed(error) {
    if (!(error instanceof Problem)) throw error;
    if (this.#app.locksOut(error)) return;
    const row = /^\w+[.[](\d+)/.exec(error.field)?.[1];
    const text = [error.message, error.hint].filter(Boolean).join(" ");
    const wrong = row ? Number(row) : rowNamed(this.#draft.examples, error.message);
    this.#wrong = this.#showAt(error.field, text, wrong);
    if (!this.#wrong) this.#parts.top.replaceChildren(problemBox(error, () => void this.#generate()));
  }
}

/**
 * What a follow-up begins with: the choices of the run before it.
 * @param {import("../types.js").RunView} run
 */
function usedBy(run) {
  const { language, provider, model, agents, max_iterations: rounds } = run.created?.data ?? {};
  return { language, rounds, provider: provider ?? "", model: model ?? "", agents: agents ?? {} };
}

customElements.define("rt-composer", Composer);
