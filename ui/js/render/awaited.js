// @ts-check
import { h } from "../helpers/dom.js";
import { Problem } from "../net/problem.js";
import { strings } from "../strings.js";
import { problemBox } from "./problem_box.js";

/**
 * A place that is filled once a part of the page is loaded. It says so while it waits, and where that fails.
 * @template T
 * @param {import("../net/later.js").Later<T>} part
 * @param {(loaded: T) => HTMLElement} make
 */
export function awaited(part, make) {
  const place = h("div", { class: "awaited" });
  const fill = async () => {
    place.replaceChildren(h("p", { class: "hint", role: "status" }, strings.problem.partLoading));
    const loaded = await part.load().catch((error) => {
      if (!(error instanceof Problem)) throw error;
      place.replaceChildren(problemBox(error, () => void fill()));
    });
    if (loaded) place.replaceChildren(make(loaded));
  };
  void fill();
  return place;
}
