// @ts-check
import { Value } from "../model/value.js";

/**
 * @typedef {import("../net/api.js").Api} Api
 * @typedef {import("../model/exam.js").ExamReply} ExamReply
 * @typedef {import("../model/exam.js").Trial} Trial
 */

const LOOK_MS = 1000;

/** The exam of one model: looked at again and again while it goes on, wherever it was started. */
export class ModelExam {
  #api;
  #provider;
  #model;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #watched = false;

  /**
   * @param {Pick<Api, "exam" | "startExam" | "cancelExam" | "examEvidence">} api
   * @param {string} provider
   * @param {string} model
   */
  constructor(api, provider, model) {
    this.#api = api;
    this.#provider = provider;
    this.#model = model;
    /** @type {Value<ExamReply | null>} null: not loaded yet */
    this.reply = new Value(/** @type {ExamReply | null} */ (null));
  }

  get running() {
    return this.reply.value?.job?.state === "running";
  }

  /** Look now, and go on looking while the exam goes on. */
  async look() {
    this.#watched = true;
    this.#take(await this.#api.exam(this.#provider, this.#model));
  }

  /** Look no more. */
  leave() {
    this.#watched = false;
    clearTimeout(this.#timer);
  }

  async start() {
    this.#take(await this.#api.startExam(this.#provider, this.#model));
  }

  async cancel() {
    this.#take(await this.#api.cancelExam(this.#provider, this.#model));
  }

  /** @returns {Promise<{ trials: Trial[] }>} */
  evidence() {
    return this.#api.examEvidence(this.#provider, this.#model);
  }

  /** @param {ExamReply} reply */
  #take(reply) {
    this.reply.set(reply);
    clearTimeout(this.#timer);
    if (this.#watched && this.running) this.#timer = setTimeout(() => void this.#again(), LOOK_MS);
  }

  /** The server may be gone for a while; the exam is looked for until it answers. */
  async #again() {
    try {
      await this.look();
    } catch {
      if (this.#watched) this.#timer = setTimeout(() => void this.#again(), LOOK_MS);
    }
  }
}
