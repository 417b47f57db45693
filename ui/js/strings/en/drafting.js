// @ts-check
import { counted } from "./counting.js";

/**
 * @param {number} low
 * @param {number} high
 */
const span = (low, high) => (low === high ? String(high) : low ? `${low} to ${high}` : `up to ${high}`);

/** What the composer says beside its fields. */
export const drafting = {
  addFilesHint: "Add files as background; dropping or pasting them works, too",
  addTestHint: "Add a test file that every version has to pass",
  addExampleHint: "Add a call and the value it should give",
  attached: "Attached files",
  testFile: "test",
  more: "More",
  moreHint: "Another model or temperature for single agents, in this run only",
  agents: "Agents, for this run only",
  agentModel: (/** @type {string} */ agent) => `Model of ${agent}`,
  agentTemperature: (/** @type {string} */ agent) => `Temperature of ${agent}`,
  asRun: "as the run",
  asSettings: "as in the settings",
  temperature: "Temperature",
  badTemperature: "A number from 0 to 2.",
  noKey: (/** @type {string} */ title) => `${title} has no key yet.`,
  notReady: (/** @type {string} */ title) => `${title} is not ready.`,
  openSettings: "Open settings",
  forecast: (/** @type {string} */ minutes, /** @type {string} */ tokens) =>
    `Likely ${[minutes, tokens].filter(Boolean).join(" and ")}`,
  halfMinute: "under half a minute",
  minute: "under a minute",
  minutes: (/** @type {number} */ low, /** @type {number} */ high) => `${span(low, high)} min`,
  hours: (/** @type {number} */ low, /** @type {number} */ high) => `${span(low, high)} h`,
  tokens: (/** @type {string} */ n) => `${n} tokens`,
  calls: (/** @type {number} */ n) => `, from ${counted(n, "call")} measured here`,
  drop: "Drop files to add them",
};
