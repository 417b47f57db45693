// @ts-check
import { h } from "../helpers/dom.js";
import { button, pending } from "../render/controls.js";
import { strings } from "../strings.js";

const words = strings.quitting;

/**
 * Ends the program from its page: in a browser there is no window to close.
 * @param {import("../control/app.js").App} app
 */
export function quitControl(app) {
  const quit = async () => {
    await app.quit();
    go.closest("dialog")?.close();
  };
  const go = button(words.quit, () => void pending(go, quit, app.sayProblem.bind(app)), { kind: "small" });
  return h("div", {}, go, h("p", { class: "hint" }, words.hint));
}
