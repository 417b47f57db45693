// @ts-check
import { h } from "../helpers/dom.js";
import { retryOf } from "../net/later.js";
import { Problem } from "../net/problem.js";
import { strings } from "../strings.js";
import { problemBox } from "./problem_box.js";

/**
 * A place that is filled once a part of the page is loaded. It says so while it waits, and where that fails.
 * @template T
 * @param {import("../net/later.js").Later<T>} part
 * @param {(loaded: T) => HTMLElement | null} make  null: it is not wanted any more
 */
export function awaited(part, make) {
  const place = h("div", { class: "awaited" });
  const put = (/** @type {HTMLElement} */ shown) => {
    const focused = place.contains(document.activeElement);
    place.replaceChildren(shown);
    if (!focused) return;
    shown.tabIndex = -1;
    shown.focus(); // what had it is gone
  };
  const fill = async () => {
    put(h("p", { class: "hint", role: "status" }, strings.problem.partLoading));
    try {
      const made = make(await part.load());
      if (made) put(made);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const again = retryOf(error, () => void fill());
      put(problemBox(error, again));
    }
  };
  void fill();
  return place;
}
