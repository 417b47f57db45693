// @ts-check
import { strings } from "../strings.js";
import { Problem } from "./problem.js";

/**
 * Raises Problem where nothing answers.
 * @param {Promise<Response>} sending
 * @returns {Promise<Response>}
 */
export async function answered(sending) {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new Problem(
      {
        kind: "offline",
        message: strings.problem.offline,
        hint: strings.problem.offlineHint,
        retryable: true,
      },
      0,
    );
  }
}

/**
 * What the server refuses, in its own words; or what a proxy before it does, in ours.
 * @param {Response} response
 */
export async function problemOf(response) {
  const isProblem = response.headers.get("content-type")?.includes("json") ?? false;
  const facts = isProblem ? await response.json() : {};
  return new Problem(
    {
      kind: "internal",
      message: strings.problem.status(response.status),
      retry_after: Number(response.headers.get("retry-after")) || undefined,
      ...facts,
    },
    response.status,
    isProblem,
  );
}
