// @ts-check
import { h, show } from "../helpers/dom.js";
import { button, iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

const MS = 6000;

/** A short message at the top of the window, with at most one thing to do about it. */
class Notice extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {App} app */
  connect(app) {
    this.setAttribute("role", "status");
    // It does not bubble.
    document.addEventListener("close", () => this.#stand(), { capture: true });
    app.notice.watch((notice) => {
      clearTimeout(this.#timer);
      show(this, notice !== null);
      if (!notice) {
        this.replaceChildren();
        return;
      }
      const { text, action, bad } = notice;
      const close = () => app.notice.set(null);
      const act = () => {
        close();
        action?.run();
      };
      this.#stand();
      this.dataset.tone = bad ? "bad" : "";
      this.replaceChildren(
        h("span", {}, text),
        action ? button(action.label, act, { kind: "quiet" }) : "",
        iconButton("cross", strings.problem.dismiss, close),
      );
      if (!bad) this.#timer = setTimeout(close, notice.ms ?? MS);
    });
  }

  /** In the dialog that is open, if one is: what lies behind it can be neither clicked nor read out. */
  #stand() {
    const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    if (this.parentElement !== place) place.append(this);
  }
}

customElements.define("rt-notice", Notice);
