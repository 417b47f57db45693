// @ts-check
import { h } from "../helpers/dom.js";
import { count, duration } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { icon } from "../render/icons.js";
import { badge, VERDICT_TONE } from "../render/controls.js";
import { problemLines } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { clamped } from "./clamped.js";

/** @typedef {import("../types.js").Envelope} Envelope */

const words = strings.timeline;
/** @type {Record<string, import("../render/icons.js").IconName>} */
const MARK = { good: "check", doubtful: "alert", bad: "alert", idle: "dash" };
/** @type {Record<string, string>} */
const LANGUAGE = strings.composer.languages;

/**
 * What the user asked for.
 * @param {Envelope} created
 * @param {HTMLElement} menu
 */
export function requestCard(created, menu) {
  const {
    requirements,
    language,
    max_iterations: rounds,
    examples = [],
    context = [],
    tests = [],
    agents = {},
    number = 1,
  } = created.data;
  const title = number > 1 ? words.followUp : words.request;
  return h(
    "section",
    { class: "request", "data-agent": "user_proxy", "aria-label": title },
    h(
      "header",
      { class: "turn-head" },
      h("span", { class: "agent-mark" }, icon("user")),
      h("h2", { class: "agent-name" }, title),
      h("span", { class: "turn-facts" }, [LANGUAGE[language] ?? language, words.rounds(rounds)].join(" · ")),
      menu,
    ),
    h(
      "div",
      { class: "turn-body" },
      clamped(reveal(requirements), 12),
      fileNames(words.context, context),
      fileNames(words.tests, tests),
      ...agentChoices(agents),
      examples.length > 0 && exampleList(examples),
    ),
  );
}

/**
 * @param {string} title
 * @param {{ name: string }[]} files
 */
function fileNames(title, files) {
  const names = files.map((file) => reveal(file.name)).join(", ");
  return names ? h("p", { class: "request-extra" }, `${title}: ${names}`) : null;
}

/**
 * What single agents were given for this run.
 * @param {Record<string, import("../types.js").AgentChoice>} agents
 */
function agentChoices(agents) {
  return Object.entries(agents).map(([agent, { model, temperature }]) => {
    const warm = typeof temperature === "number" ? `${strings.config.temperature} ${temperature}` : "";
    const said = [model && reveal(model), warm].filter(Boolean).join(", ");
    return said ? h("p", { class: "request-extra" }, `${reveal(agent)}: ${said}`) : null;
  });
}

/** @param {string[]} examples */
function exampleList(examples) {
  return h(
    "div",
    { class: "request-extra" },
    `${words.examples}:`,
    h("ul", { class: "example-list" }, ...examples.map((text) => h("li", {}, h("code", {}, reveal(text))))),
  );
}

/**
 * How a run ended.
 * @param {Envelope} finished
 */
export function endCard(finished) {
  const { status, verdict, error, override } = finished.data;
  const { title, tone } = ending(status, verdict);
  return h(
    "div",
    { class: "run-end", "data-tone": tone },
    h("div", { class: "run-end-line" }, icon(MARK[tone]), h("strong", {}, title), ...endFacts(finished.data)),
    override && status === "approved" && h("p", { class: "hint" }, strings.end.overridden),
    ...(error && status !== "cancelled" ? errorLines(error) : []),
  );
}

/** @param {any} data of run.finished */
function endFacts({ status, verdict, version, usage, seconds }) {
  const estimated = usage?.estimated ? "≈ " : "";
  const facts = [
    version ? strings.end.version(version) : "",
    usage?.prompt_tokens
      ? words.usage(estimated + count(usage.prompt_tokens), count(usage.completion_tokens))
      : "",
    seconds ? duration(seconds) : "",
  ];
  const key = verdictKey(verdict);
  const proven = version && status !== "approved" ? badge(strings.verdict[key], VERDICT_TONE[key]) : "";
  return [proven, h("span", { class: "turn-facts" }, facts.filter(Boolean).join(" · "))];
}

/** @param {{ kind?: string, message: string, hint?: string, error_id?: string }} error */
function errorLines(error) {
  return [
    ...problemLines(error),
    error.error_id ? h("p", { class: "hint" }, strings.problem.id(error.error_id)) : "",
  ];
}

/**
 * @param {string} status
 * @param {string} verdict
 */
function ending(status, verdict) {
  const { end } = strings;
  if (status === "approved")
    return verdict === "verified"
      ? { title: end.approvedVerified, tone: "good" }
      : { title: end.approved, tone: "doubtful" };
  if (status === "failed") return { title: end.failed, tone: "bad" };
  const titles = { rejected: end.rejected, cancelled: end.cancelled, budget: end.budget };
  return { title: titles[/** @type {keyof typeof titles} */ (status)] ?? end.failed, tone: "idle" };
}

/**
 * @param {string} verdict
 * @returns {import("../types.js").Verdict}
 */
function verdictKey(verdict) {
  return verdict === "verified" || verdict === "checked" ? verdict : "not_verified";
}
