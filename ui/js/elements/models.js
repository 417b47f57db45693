// @ts-check
import { h, show } from "../helpers/dom.js";
import { size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { jobOf } from "../model/pull_jobs.js";
import { badge, button, pending } from "../render/controls.js";
import { Field } from "../render/field.js";
import { problemBox } from "../render/problem_box.js";
import { stateWords } from "../render/model_picker.js";
import { serverWords } from "../render/server_words.js";
import { strings } from "../strings.js";
import { Problem } from "../net/problem.js";
import { ModelRow } from "./models_row.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Library} Library
 * @typedef {import("../types.js").LocalModel} LocalModel
 * @typedef {import("../types.js").PullJob} PullJob
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 */

const words = strings.models;
/** Engines whose models are on this machine, in the order in which they are shown. */
const ENGINES = ["ollama", "builtin"];

/** What this machine can run: its memory, its models and their downloads. */
class Models extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {Map<string, ModelRow>} */
  #rows = new Map();
  #top = h("div", { class: "models-top" }, h("p", { class: "hint" }, words.loading));
  /** @type {Map<string, Section>} */
  #sections = new Map();

  /** @param {App} app */
  connect(app) {
    if (this.#app) return;
    this.#app = app;
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.append(this.#top);
    for (const id of ENGINES) {
      const section = new Section(app, id);
      this.#sections.set(id, section);
      this.append(section.element);
    }
    app.pulls.library.watch(() => this.#draw());
    app.pulls.jobs.watch(() => this.#draw());
    app.providers.list.watch(() => this.#draw());
    app.pulls.problem.watch((problem) => {
      if (problem) this.#top.replaceChildren(problemBox(problem, () => void app.pulls.refresh()));
      else this.#draw();
    });
    app.panel.watch((panel) => panel === "settings" && void app.pulls.refresh());
  }

  #draw() {
    const library = this.#app.pulls.library.value;
    if (!library) return;
    this.#top.replaceChildren(...machineLines(library));
    for (const [id, section] of this.#sections) {
      const provider = this.#app.providers.find(id);
      const rows = this.#rowsOf(library, id);
      section.update(provider, rows, library);
    }
  }

  /**
   * Rows of an engine's models, and of downloads whose model nobody suggested.
   * @param {Library} library
   * @param {string} provider
   */
  #rowsOf(library, provider) {
    const jobs = this.#app.pulls.jobs.value;
    const own = library.models.filter((model) => model.provider === provider);
    const more = jobs.filter(
      (job) => job.provider === provider && job.state !== "done" && !own.some((m) => m.name === job.model),
    );
    const chosen = this.#app.config.find("models.default")?.value;
    return [...own, ...more.map(unlisted)].map((model) => {
      const key = `${model.provider}:${model.name}`;
      const row = this.#rows.get(key) ?? new ModelRow(this.#app);
      this.#rows.set(key, row);
      const { automatic } = library;
      const isNext = automatic?.provider === model.provider && automatic.model === model.name;
      const standing = chosen === key ? "default" : isNext && model.installed ? "automatic" : "";
      const job = jobOf(jobs, model.provider, model.name);
      row.update({ model, job, mayChange: library.may_change, standing });
      return { row, installed: model.installed };
    });
  }
}

/** The models of one engine. */
class Section {
  #title = h("h3", {});
  #state = h("span", {});
  #detail = h("p", { class: "hint" });
  #start;
  #none = h("p", { class: "hint" }, words.none);
  #installed = h("ul", { class: "model-list" });
  #more = h("h4", { class: "models-more" }, words.available);
  #available = h("ul", { class: "model-list" });
  #form;

  /**
   * @param {App} app
   * @param {string} id
   */
  constructor(app, id) {
    const failed = (/** @type {unknown} */ error) => app.sayProblem(error);
    const start = () => void pending(this.#start, () => app.pulls.startEngine(id), failed);
    this.#start = button(words.startEngine, start, { kind: "small" });
    this.#form = id === "ollama" ? otherModel(app, id) : h("div", {});
    this.element = h(
      "section",
      { class: "models-engine", hidden: true },
      h("div", { class: "provider-head" }, this.#title, this.#state, this.#start),
      this.#detail,
      this.#none,
      this.#installed,
      this.#more,
      this.#available,
      this.#form,
    );
  }

  /**
   * @param {ProviderInfo | null} provider
   * @param {{ row: ModelRow, installed: boolean }[]} rows
   * @param {Library} library
   */
  update(provider, rows, library) {
    show(this.element, provider !== null);
    if (!provider) return;
    const engine = library.engines.find((e) => e.provider === provider.id);
    const ready = provider.state === "ready";
    this.#title.textContent = reveal(provider.title);
    this.#state.replaceChildren(badge(stateWords(provider.state), ready ? "good" : "doubtful"));
    const said = [provider.detail, provider.remedy].filter(Boolean).map((text) => serverWords(text));
    this.#detail.replaceChildren(...said.flatMap((part, n) => (n ? [". ", part] : [part])));
    show(this.#start, ready && engine?.running === false && library.may_change);
    const here = rows.filter((r) => r.installed).map((r) => r.row.element);
    const others = rows.filter((r) => !r.installed).map((r) => r.row.element);
    arrange(this.#installed, here);
    arrange(this.#available, others);
    show(this.#none, ready && here.length === 0);
    show(this.#more, others.length > 0);
    show(this.#form, ready && library.may_change && provider.id === "ollama");
  }
}

/**
 * Put elements into a list; what stands where it should is not touched, so that the focus stays.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} elements
 */
function arrange(list, elements) {
  const same = list.children.length === elements.length && elements.every((e, i) => list.children[i] === e);
  if (!same) list.replaceChildren(...elements);
  show(list, elements.length > 0);
}

/**
 * A form for a model that is not on the list.
 * @param {App} app
 * @param {string} provider
 */
function otherModel(app, provider) {
  const field = new Field(
    words.other,
    h("input", { autocomplete: "off", spellcheck: "false", maxlength: 250 }),
  );
  field.setHint(words.otherHint);
  const fetch = async () => {
    const name = field.control.value.trim();
    if (!name) return;
    field.setProblem("");
    await app.pulls.start(provider, name);
    field.control.value = "";
  };
  const failed = (/** @type {unknown} */ error) => {
    if (!(error instanceof Problem)) throw error;
    if (!app.locksOut(error)) field.setProblem([error.message, error.hint].filter(Boolean).join(" "));
  };
  const go = button(words.otherDo, () => void pending(go, fetch, failed), {
    kind: "small",
    icon: "download",
  });
  const form = h("form", { class: "models-other" }, field.field, go);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go.click();
  });
  return form;
}

/** @param {Library} library */
function machineLines({ machine, may_change: mayChange }) {
  const cards = machine.gpus.map((gpu) =>
    gpu.unified ? words.gpuUnified(gpu.name) : words.gpu(gpu.name, size(gpu.memory_total)),
  );
  const facts = [
    words.cores(machine.cores),
    words.memory(size(machine.memory_total), size(machine.memory_available)),
    ...(cards.length ? cards : [words.noGpu]),
    words.disk(size(machine.disk_free)),
  ];
  return [
    h("h3", {}, words.machine),
    h("ul", { class: "machine" }, ...facts.map((fact) => h("li", {}, fact))),
    ...(machine.online ? [] : [h("p", { class: "hint" }, words.offline)]),
    ...(mayChange ? [] : [h("p", { class: "hint" }, words.notOwner)]),
  ];
}

/**
 * @param {PullJob} job
 * @returns {LocalModel}
 */
function unlisted(job) {
  return {
    provider: job.provider,
    name: job.model,
    installed: false,
    size_bytes: job.bytes_total,
    context_length: null,
    window: null,
    fit: null,
    speed: null,
    note: "",
  };
}

customElements.define("rt-models", Models);
