// @ts-check
import { Value } from "../model/value.js";
import { isBusy } from "../model/pull_jobs.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {import("../types.js").PullJob} PullJob
 * @typedef {import("../types.js").Library} Library
 */

/** The models on the server's machine, and those on their way to it; the server does the work. */
export class Pulls {
  #api;
  #ended;

  /**
   * @param {Api} api
   * @param {(job: PullJob) => void} ended  a job that was under way has come to its end
   */
  constructor(api, ended) {
    this.#api = api;
    this.#ended = ended;
    /** @type {Value<PullJob[]>} */
    this.jobs = new Value(/** @type {PullJob[]} */ ([]));
    /** @type {Value<Library | null>} null: not loaded yet */
    this.library = new Value(/** @type {Library | null} */ (null));
    /** @type {Value<Problem | null>} why the library could not be loaded */
    this.problem = new Value(/** @type {Problem | null} */ (null));
  }

  async refresh() {
    try {
      const [{ jobs }, library] = await Promise.all([this.#api.pullJobs(), this.#api.library()]);
      this.problem.set(null);
      this.hear(jobs);
      this.library.set(library);
    } catch (error) {
      this.problem.set(/** @type {Problem} */ (error));
    }
  }

  /**
   * What the server tells of all jobs.
   * @param {PullJob[]} jobs
   */
  hear(jobs) {
    const busyBefore = new Set(this.jobs.value.filter(isBusy).map((job) => job.id));
    this.jobs.set(jobs);
    const ended = jobs.filter((job) => busyBefore.has(job.id) && !isBusy(job));
    if (ended.length) void this.refresh();
    ended.forEach((job) => this.#ended(job));
  }

  /**
   * Fetch a model, or go on with it.
   * @param {string} provider
   * @param {string} model
   * @param {boolean} [probe] then make a short call of it
   */
  async start(provider, model, probe = false) {
    const { job } = await this.#api.pull(provider, model, probe);
    const others = this.jobs.value.filter((other) => other.id !== job.id);
    this.jobs.set([...others, job]);
  }

  /** @param {PullJob} job */
  async cancel(job) {
    await this.#api.cancelPull(job.id);
  }

  /** @param {PullJob} job */
  async forget(job) {
    await this.#api.forgetPull(job.id);
    await this.refresh();
  }

  /**
   * @param {string} provider
   * @param {string} model
   */
  async remove(provider, model) {
    await this.#api.removeModel(provider, model);
    await this.refresh();
  }

  /** @param {string} provider */
  async startEngine(provider) {
    await this.#api.startEngine(provider);
    await this.refresh();
  }
}
