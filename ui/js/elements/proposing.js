// @ts-check
import { Problem } from "../net/problem.js";
import { problemBox } from "../render/problem_box.js";

/**
 * Say why a version could not be proposed. Where the gate has gone, the session is read anew.
 * @param {import("../control/app.js").App} app
 * @param {HTMLElement} place
 * @param {unknown} error what the request raised
 * @param {() => void} again
 */
export function proposalFailed(app, place, error, again) {
  if (!(error instanceof Problem)) throw error;
  if (app.locksOut(error)) return;
  place.replaceChildren(problemBox(error, again));
  if (error.status === 409) void app.current.refresh().catch((problem) => app.sayProblem(problem));
}
