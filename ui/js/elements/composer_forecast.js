// @ts-check
import { h, show } from "../helpers/dom.js";
import { count } from "../helpers/format.js";
import { spanOf } from "../model/forecast.js";
import { strings } from "../strings.js";

/** @typedef {import("../types.js").Forecast} Forecast */

const words = strings.drafting;

/** One quiet line: what the run will take, where that is known. */
export class ForecastLine {
  constructor() {
    this.element = h("span", { class: "forecast", hidden: true });
  }

  /** @param {Forecast | null} forecast */
  set value(forecast) {
    const text = forecast?.measured ? said(forecast) : "";
    this.element.textContent = text;
    this.element.title = forecast?.why ?? "";
    show(this.element, text !== "");
  }
}

/** @param {Forecast} forecast */
function said({ minutes_low: low, minutes_high: high, tokens, calls }) {
  const minutes = low === null || high === null ? "" : spanWords(spanOf(low, high));
  const many = tokens === null ? "" : words.tokens(count(tokens));
  return minutes || many ? words.forecast(minutes, many) + words.calls(calls) : "";
}

/** @param {import("../model/forecast.js").Span} span */
function spanWords(span) {
  return "low" in span ? words[span.of](span.low, span.high) : words[span.of];
}
