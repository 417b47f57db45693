// @ts-check
import { duration, rate, size } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { percentOf } from "../model/pull_jobs.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").PullJob} PullJob
 */

const words = strings.models;

/**
 * How far a job is: bytes, rate and time left, or what it is doing.
 * @param {PullJob} job
 */
export function progressLine(job) {
  const moving = job.state === "pulling" && job.bytes_total > 0;
  const parts = [moving ? "" : words.states[job.state]];
  if (job.bytes_done && job.bytes_total && job.state !== "trying" && job.state !== "done")
    parts.push(words.bytes(size(job.bytes_done), size(job.bytes_total)));
  if (moving && job.rate) parts.push(words.rate(size(job.rate)));
  if (moving && job.eta_seconds !== null) parts.push(words.left(duration(job.eta_seconds)));
  // Ollama's own "pulling 3f8eb4da87fa" tells a reader nothing.
  if (moving && job.source && !job.source.startsWith("pulling")) parts.push(reveal(job.source));
  return parts.filter(Boolean).join(" · ");
}

/**
 * What is said aloud of a job, seldom enough to be listened to.
 * @param {PullJob} job
 */
export function spokenOf(job) {
  const model = reveal(job.model);
  const percent = percentOf(job);
  switch (job.state) {
    case "trying":
      return words.said.trying(model);
    case "failed":
      return words.said.failed(model);
    case "done":
      return words.said.ready(model);
    case "cancelled":
    case "interrupted":
      return words.said.stopped(model);
    default:
      return percent ? words.said.percent(model, Math.floor(percent / 25) * 25) : words.said.begun(model);
  }
}

/**
 * What a job that ended well led to.
 * @param {PullJob} job
 */
export function readyWords(job) {
  const model = reveal(job.model);
  if (!job.probed) return words.ready(model);
  const { seconds, tokens_per_second: written } = job.probed;
  const time = duration(seconds);
  return written ? words.triedAt(model, time, rate(written)) : words.tried(model, time);
}
