// @ts-check
import { isBusy } from "./pull_jobs.js";

/**
 * What the page offers while nothing can be used yet.
 *
 * @typedef {import("../types.js").PullJob} PullJob
 * @typedef {import("../types.js").Library} Library
 * @typedef {import("../types.js").LocalModel} LocalModel
 * @typedef {import("../types.js").ProviderInfo} ProviderInfo
 *
 * @typedef {"running" | "no_models" | "stopped" | "missing"} OllamaState
 * @typedef {{ kind: "pull" | "use", model: LocalModel } | { kind: "start", provider: string }} Step
 *
 * @typedef {object} FirstRun
 * @property {OllamaState} ollama
 * @property {string[]} ollamaModels  those that are on this machine
 * @property {LocalModel | null} builtin  the built-in model that would be used
 * @property {string[]} keys  titles of the services whose key is set
 * @property {boolean} online
 * @property {Step | null} recommended
 * @property {Step[]} others
 * @property {PullJob | null} job  the download that was begun here
 */

const OLLAMA = "ollama";
const BUILTIN = "builtin";
const MOST_BYTES = 6e9;

/**
 * Whether something has to be done before the first run; false while that is not known.
 * @param {Library | null} library
 * @param {PullJob[]} jobs
 */
export function isNeeded(library, jobs) {
  if (!library?.may_change) return false;
  const working = jobs.some((job) => job.probe && (isBusy(job) || job.state === "failed"));
  return !library.automatic?.installed || working;
}

/**
 * @param {Library} library
 * @param {ProviderInfo[]} providers
 * @param {PullJob[]} jobs
 * @returns {FirstRun}
 */
export function firstRunOf(library, providers, jobs) {
  const local = library.models.filter((model) => model.provider === OLLAMA);
  const installed = local.filter((model) => model.installed);
  const ollama = ollamaState(library, installed.length);
  const steps = stepsOf(library, ollama, installed);
  return {
    ollama,
    ollamaModels: installed.map((model) => model.name),
    builtin: builtinOf(library),
    keys: providers.filter((p) => p.key?.set).map((p) => p.title),
    online: library.machine.online,
    recommended: steps[0] ?? null,
    others: steps.slice(1),
    job: beginning(jobs),
  };
}

/**
 * A job that ends with a call of the model, unless it has ended well.
 * @param {PullJob[]} jobs
 */
function beginning(jobs) {
  const own = jobs.filter((job) => job.probe && job.state !== "done");
  return own.find(isBusy) ?? own.at(-1) ?? null;
}

/**
 * What can be done, the best first.
 * @param {Library} library
 * @param {OllamaState} ollama
 * @param {LocalModel[]} installed
 * @returns {Step[]}
 */
function stepsOf(library, ollama, installed) {
  /** @type {Step[]} */
  const steps = installed.slice(0, 1).map((model) => ({ kind: "use", model }));
  const builtin = builtinOf(library);
  if (builtin) steps.push({ kind: builtin.installed ? "use" : "pull", model: builtin });
  if (ollama === "stopped") steps.push({ kind: "start", provider: OLLAMA });
  const offered = library.models.filter(
    (m) => m.provider === OLLAMA && !m.installed && m.size_bytes < MOST_BYTES,
  );
  const largest = offered.filter((m) => m.fit?.verdict === "yes").at(-1);
  if (largest) steps.push({ kind: "pull", model: largest });
  return steps;
}

/**
 * The first that fits, else the smallest.
 * @param {Library} library
 */
function builtinOf(library) {
  const models = library.models.filter((model) => model.provider === BUILTIN);
  const here = models.find((model) => model.installed);
  const bySize = models.toSorted((a, b) => a.size_bytes - b.size_bytes);
  return here ?? models.find((model) => model.fit?.verdict !== "no") ?? bySize[0] ?? null;
}

/**
 * @param {Library} library
 * @param {number} models
 * @returns {OllamaState}
 */
function ollamaState(library, models) {
  const engine = library.engines.find((one) => one.provider === OLLAMA);
  if (!engine) return "missing";
  if (!engine.running) return "stopped";
  return models ? "running" : "no_models";
}
