// @ts-check
import { h } from "../helpers/dom.js";
import { count, milliseconds, money } from "../helpers/format.js";
import { sumUsage } from "../model/facts.js";
import { costOf, gaugeOfUsage, promptTimeOf } from "../model/calls.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../model/calls.js").Cost} Cost
 * @typedef {import("../model/calls.js").Gauge} Gauge
 */

const words = strings.calls;
const NEARLY_FULL = 0.85;

/**
 * A cost in words, with what it rests on; empty where nothing costs money.
 * @param {Cost | null} cost
 * @returns {{ text: string, title: string }}
 */
export function costWords(cost) {
  if (!cost) return { text: "", title: "" };
  if (!cost.currency) return { text: words.costUnknown, title: words.costUnknownTitle };
  const amount = `${cost.estimated ? "≈ " : ""}${money(cost.amount, cost.currency)}`;
  const missing = cost.unknown ? [words.costPart(cost.unknown)] : [];
  return {
    text: [cost.atMost ? words.atMost(amount) : amount, ...missing].join(" + "),
    title: words.prices(cost.sources.join(", ")),
  };
}

/** @param {Gauge} gauge */
export function gaugeWords({ used, window, served, estimated }) {
  const mark = estimated ? "≈ " : "";
  const say = served ? words.gaugeTitle : words.gaugeDocumented;
  const percent = Math.min(100, Math.round((100 * used) / window));
  return { part: `${mark}${percent} %`, title: say(mark + count(used), count(window)) };
}

/** A bar that shows how full the context is; the figure beside it says the same. */
export class GaugeBar {
  #text = h("span", {});
  #bar = h("meter", { min: 0, max: 1, high: NEARLY_FULL, optimum: 0, "aria-hidden": "true" });
  element = h("span", { class: "gauge", hidden: true }, this.#bar, this.#text);

  /** @param {Gauge | null} gauge */
  update(gauge) {
    this.element.hidden = gauge === null;
    if (!gauge) return;
    const { part, title } = gaugeWords(gauge);
    this.#bar.value = Math.min(1, gauge.used / gauge.window);
    this.#text.textContent = words.gaugeValue(part);
    this.element.title = title;
  }
}

/**
 * What the calls of a turn took, in words.
 * @param {any[]} usage data of usage.recorded events
 */
export function usageWords(usage) {
  const sum = sumUsage(usage);
  const mark = sum.estimated ? "≈ " : "";
  const cached = usage.reduce((all, u) => all + (u.cached_tokens ?? 0), 0);
  const first = usage.find((u) => typeof u.first_token_ms === "number")?.first_token_ms;
  const prompt = promptTimeOf(usage);
  const windowed = usage.findLast((u) => u.window);
  return [
    strings.timeline.usage(mark + count(sum.input), count(sum.output)),
    cached ? words.cached(count(cached)) : "",
    sum.rate === null ? "" : words.rate(mark + count(sum.rate)),
    first === undefined ? "" : words.firstToken(milliseconds(first)),
    prompt === null ? "" : words.promptTime(milliseconds(prompt)),
    windowed ? words.gaugeValue(gaugeWords(gaugeOfUsage(windowed)).part) : "",
    costWords(costOf(usage)).text,
  ]
    .filter(Boolean)
    .join(" · ");
}
