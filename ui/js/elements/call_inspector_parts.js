// @ts-check
import { h } from "../helpers/dom.js";
import { clockTime, count, milliseconds } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { costOf } from "../model/calls.js";
import { sumUsage } from "../model/facts.js";
import { copyButton } from "../render/controls.js";
import { costWords } from "../render/figures.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").ModelCall} ModelCall
 * @typedef {import("../types.js").WholeCall} WholeCall
 */

const words = strings.calls;
const { fields } = words;

/** What each tab of the inspector shows, in the order of `strings.calls.tabs`. */
export const PARTS = [promptPart, answerPart, optionsPart, timingPart];

/** @param {WholeCall} whole */
function promptPart({ sent }) {
  if (!sent) return [hint(words.dropped)];
  const all = sent.messages.map((message) => `[${message.role}]\n${message.content}`).join("\n\n");
  return [
    h(
      "div",
      { class: "call-line" },
      hint(words.masked),
      copyButton(() => all, words.copyPrompt),
    ),
    ...sent.messages.map(messageBox),
    sent.cut ? hint(words.cut(count(sent.cut))) : "",
  ];
}

/** @param {{ role: string, content: string, extra: Record<string, unknown> }} message */
function messageBox({ role, content, extra }) {
  const more = Object.keys(extra).length ? [textBox(role, JSON.stringify(extra, null, 2))] : [];
  return h(
    "section",
    { class: "call-message" },
    h(
      "div",
      { class: "call-line" },
      h("h3", {}, reveal(role)),
      h("span", { class: "hint" }, words.characters(count(content.length))),
    ),
    textBox(role, content),
    ...more,
  );
}

/** @param {WholeCall} whole */
function answerPart({ call, sent }) {
  const error = call.error ? [h("p", { class: "call-error" }, reveal(call.error.message))] : [];
  if (!sent) return [...error, hint(words.dropped)];
  const reasoning = sent.reasoning
    ? [
        h(
          "details",
          { class: "reasoning" },
          h("summary", {}, words.reasoning),
          textBox(words.reasoning, sent.reasoning),
        ),
      ]
    : [];
  const answer = sent.answer
    ? [
        h(
          "div",
          { class: "call-line" },
          copyButton(() => sent.answer),
        ),
        textBox(words.tabs[1], sent.answer),
      ]
    : [hint(words.noAnswer)];
  return [...error, ...reasoning, ...answer];
}

/** @param {WholeCall} whole */
function optionsPart(whole) {
  const { call, sent } = whole;
  const window = call.window
    ? (call.window_kind === "served" ? words.served : words.documented)(count(call.window))
    : words.unknown;
  const asked = Object.entries(sent?.options ?? {}).filter(([name]) => name !== "model");
  return [
    table([
      [fields.provider, call.provider],
      [fields.model, call.model],
      [fields.host, call.host || words.unknown],
      [fields.window, window],
      [fields.max_tokens, count(call.max_tokens)],
      ...asked.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
    ]),
    sent ? "" : hint(words.dropped),
    h(
      "div",
      { class: "call-line" },
      copyButton(() => JSON.stringify(whole, null, 2), words.copyCall),
    ),
  ];
}

/** @param {WholeCall} whole */
function timingPart({ call }) {
  const { usage } = call;
  const mark = usage.estimated ? ` (${words.estimated})` : "";
  const { rate } = sumUsage([usage]);
  const cost = costWords(costOf([{ ...usage, cost: call.cost }]));
  const time = (/** @type {number | null} */ ms) => (ms === null ? words.unknown : milliseconds(ms));
  const writing = usage.first_token_ms === null ? null : usage.total_ms - usage.first_token_ms;
  const cached = usage.cached_tokens ? `, ${words.cached(count(usage.cached_tokens))}` : "";
  return [
    table([
      [fields.started, clockTime(call.started)],
      [fields.first, time(usage.first_token_ms)],
      [fields.prompt, time(usage.prompt_ms)],
      [fields.writing, time(writing)],
      [fields.total, time(usage.total_ms)],
      [fields.tokensIn, count(usage.prompt_tokens) + cached + mark],
      [fields.tokensOut, count(usage.completion_tokens) + mark],
      [fields.rate, rate === null ? words.unknown : count(rate) + mark],
      ...(cost.text ? [[words.cost, [cost.text, cost.title].filter(Boolean).join(". ")]] : []),
      [fields.end, words.ends[call.finish_reason] ?? call.finish_reason],
      [fields.attempt, String(call.attempt)],
      ...(call.notes.length ? [[fields.notes, call.notes.join(" ")]] : []),
    ]),
  ];
}

/** @param {string[][]} rows name and value */
function table(rows) {
  const lines = rows.flatMap(([name, value]) => [h("dt", {}, reveal(name)), h("dd", {}, reveal(value))]);
  return h("dl", { class: "call-facts" }, ...lines);
}

/**
 * @param {string} label
 * @param {string} text
 */
function textBox(label, text) {
  return h(
    "pre",
    { class: "call-text", tabindex: 0, role: "group", "aria-label": reveal(label) },
    reveal(text),
  );
}

/** @param {string} text */
function hint(text) {
  return h("p", { class: "hint" }, text);
}
