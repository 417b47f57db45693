// @ts-check
import { h, nextId } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button, iconButton, pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { saveBlob } from "./save_blob.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.exporting;

/** Asks for the format in which a session is exported. */
class ExportDialog extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #session = "";
  #heading = h("h2", { id: `export-${nextId()}` });
  #problem = h("div", {});
  #go = button(words.do, () => this.#export(), { kind: "primary", icon: "download" });
  #dialog = h("dialog", { class: "export", "aria-labelledby": this.#heading.id });

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    const close = () => this.#dialog.close();
    this.#dialog.append(
      h("header", { class: "dialog-head" }, this.#heading, iconButton("cross", words.close, close)),
      h("div", { class: "dialog-body" }, formats(), h("p", { class: "hint" }, words.redacted)),
      h(
        "footer",
        { class: "dialog-foot" },
        this.#problem,
        h("div", { class: "dialog-buttons" }, button(words.cancel, close), this.#go),
      ),
    );
    this.append(this.#dialog);
    app.exporting.watch((id) => id && this.#open(id));
  }

  /** @param {string} id */
  #open(id) {
    this.#session = id;
    this.#heading.textContent = words.heading(reveal(this.#app.sessions.find(id)?.title ?? ""));
    this.#problem.replaceChildren();
    if (!this.#dialog.open) this.#dialog.showModal();
    /** @type {HTMLElement | null} */ (this.#dialog.querySelector("input:checked"))?.focus();
  }

  #export() {
    const chosen = /** @type {HTMLInputElement | null} */ (this.#dialog.querySelector("input:checked"));
    const act = async () => {
      const { content, name } = await this.#app.exported(this.#session, chosen?.value ?? "html");
      if (await saveBlob(this.#app, content, name)) this.#dialog.close();
    };
    void pending(this.#go, act, (error) => {
      if (!this.#app.locksOut(error)) this.#problem.replaceChildren(problemBox(/** @type {any} */ (error)));
    });
  }
}

function formats() {
  const rows = Object.entries(words.formats).map(([value, { name, what }], index) => {
    const hint = h("span", { class: "hint", id: `format-${nextId()}` }, what);
    const input = h("input", {
      type: "radio",
      name: "export-format",
      value,
      checked: index === 0,
      "aria-label": name,
      "aria-describedby": hint.id,
    });
    return h("label", { class: "format" }, input, h("span", {}, h("strong", {}, name), hint));
  });
  return h("div", { role: "radiogroup", "aria-label": words.format }, ...rows);
}

customElements.define("rt-export", ExportDialog);
