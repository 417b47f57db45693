// @ts-check
/**
 * @typedef {import("../types.js").PullJob} PullJob
 */

/** @param {PullJob} job */
export const isBusy = (job) => ["waiting", "pulling", "trying"].includes(job.state);

/**
 * How far a job is, 0 to 100; null where that is not known.
 * @param {PullJob} job
 */
export function percentOf(job) {
  if (job.state === "trying") return null;
  if (!job.bytes_total) return null;
  return Math.min(100, Math.floor((100 * job.bytes_done) / job.bytes_total));
}

/**
 * What changed so much that it is said aloud: the state, and each quarter of the way.
 * @param {PullJob} job
 */
export function milestoneOf(job) {
  const percent = percentOf(job);
  return `${job.state} ${percent === null ? "" : Math.floor(percent / 25) * 25}`;
}

/**
 * The job about a model, unless it is done.
 * @param {PullJob[]} jobs
 * @param {string} provider
 * @param {string} model
 */
export function jobOf(jobs, provider, model) {
  return jobs.find((job) => job.provider === provider && job.model === model && job.state !== "done") ?? null;
}
