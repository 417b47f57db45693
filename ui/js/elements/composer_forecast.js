// @ts-check
import { h, show } from "../helpers/dom.js";
import { count } from "../helpers/format.js";
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
  const minutes = low === null || high === null ? "" : words.minutes(figure(low), figure(high));
  const many = tokens === null ? "" : words.tokens(count(tokens));
  return minutes || many ? words.forecast(minutes, many) + words.calls(calls) : "";
}

/** @param {number} minutes */
function figure(minutes) {
  return minutes < 10 ? String(Math.round(minutes * 10) / 10) : String(Math.round(minutes));
}
