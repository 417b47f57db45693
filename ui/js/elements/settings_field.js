// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { Problem } from "../net/problem.js";
import { button } from "../render/controls.js";
import { Field } from "../render/field.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Setting} Setting
 * @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Control
 */

const words = strings.config;
const SAVED_MS = 2000;

/**
 * A setting with its control: kept as soon as it is changed, followed when it changes elsewhere, with what its
 * value comes from below it.
 */
export class SettingField {
  #app;
  #key;
  /** @type {Setting | null} */
  #setting = null;
  #note = h("p", { class: "setting-note" });
  #state = h("span", { class: "setting-state", role: "status" });
  #actions = h(
    "div",
    { class: "setting-actions", hidden: true },
    button(words.save, () => void this.#save(), { kind: "small primary" }),
    button(words.revert, () => this.#show(), { kind: "small quiet" }),
  );
  /** @type {(value: string) => void} fills a select */
  #offer = () => undefined;

  /**
   * @param {App} app
   * @param {string} key
   * @param {{ label: string, hint?: string, control: Control, byButton?: boolean }} face byButton: a longer
   *   text; leaving the field is not yet a decision
   */
  constructor(app, key, { label, hint = "", control, byButton = false }) {
    this.#app = app;
    this.#key = key;
    this.field = new Field(label, control, hint);
    this.field.label.append(" ", this.#state);
    this.field.field.append(this.#note);
    this.element = this.field.field;
    this.element.classList.add("setting");
    if (byButton) {
      this.element.append(this.#actions);
      control.addEventListener("input", () => show(this.#actions, this.#dirty));
    } else control.addEventListener("change", () => void this.#save());
    app.config.reply.watch(() => this.#follow());
  }

  /**
   * Fill a select before each time that a value is taken.
   * @param {(value: string) => void} offer
   */
  offering(offer) {
    this.#offer = offer;
    this.#follow(true);
  }

  get #dirty() {
    return this.field.control.value.trim() !== shown(this.#setting?.value);
  }

  #follow(again = false) {
    const setting = this.#app.config.find(this.#key);
    if (!setting) return;
    const { control } = this.field;
    const news = again || setting.value !== this.#setting?.value;
    const typing = !this.#actions.hidden;
    this.#setting = setting;
    if (news && !typing) this.#show();
    control.disabled = !this.#app.config.reply.value?.may_change || isFixed(setting);
    if (control instanceof HTMLInputElement && control.type === "number") bound(control, setting);
    this.#drawNote(setting);
  }

  /** The value as it is kept. */
  #show() {
    this.#offer(shown(this.#setting?.value));
    this.field.control.value = shown(this.#setting?.value);
    this.field.setProblem("");
    show(this.#actions, false);
  }

  /** @param {Setting} setting */
  #drawNote(setting) {
    const foreign = setting.layer !== "program";
    show(this.#note, foreign);
    if (!foreign) return;
    const from = words.from[/** @type {keyof typeof words.from} */ (setting.layer)];
    const source = setting.source ? ` ${reveal(fileName(setting.source))}` : "";
    const reset = h(
      "button",
      { type: "button", class: "link-button", onclick: () => void this.#reset() },
      setting.default === null || String(setting.default).length > 24
        ? words.reset
        : words.resetTo(shown(setting.default)),
    );
    const label = this.field.label.firstChild?.textContent ?? "";
    reset.setAttribute("aria-label", `${reset.textContent} – ${label}`);
    const canReset = setting.layer === "user" && this.#app.config.reply.value?.may_change;
    this.#note.title = setting.source;
    this.#note.replaceChildren(`${from}${source}`, canReset ? " · " : "", canReset ? reset : "");
  }

  async #save() {
    const { control } = this.field;
    const value = this.#setting ? given(control, this.#setting) : undefined;
    if (value === undefined || value === this.#setting?.value) return;
    await this.#keep(() => this.#app.config.change(this.#key, value));
  }

  async #reset() {
    await this.#keep(() => this.#app.config.reset([this.#key]));
    this.field.control.focus();
  }

  /** @param {() => Promise<void>} work */
  async #keep(work) {
    this.field.setProblem("");
    this.#state.textContent = words.saving;
    this.field.control.setAttribute("aria-busy", "true");
    try {
      await work();
      this.#show();
      this.#state.textContent = words.saved;
      setTimeout(() => (this.#state.textContent = ""), SAVED_MS);
    } catch (error) {
      this.#state.textContent = "";
      if (!(error instanceof Problem)) throw error;
      if (this.#app.locksOut(error)) return;
      const text = error.message.replace(`${this.#key}: `, "");
      this.field.setProblem([text, error.hint].filter(Boolean).join(" "));
    } finally {
      this.field.control.removeAttribute("aria-busy");
    }
  }
}

/**
 * @param {Control} control
 * @param {Setting} setting
 */
function given(control, setting) {
  const text = control.value.trim();
  if (setting.nullable && text === "") return null;
  if (control instanceof HTMLInputElement && control.type === "number")
    return text === "" ? undefined : Number(text);
  return /^\d+$/.test(text) && setting.key === "run.candidates" ? Number(text) : text;
}

/** @param {unknown} value */
function shown(value) {
  return value === null || value === undefined ? "" : String(value);
}

/** @param {Setting} setting */
export function isFixed(setting) {
  return setting.layer === "environment" || setting.layer === "command_line";
}

/**
 * @param {HTMLInputElement} control
 * @param {Setting} setting
 */
function bound(control, setting) {
  if (setting.minimum !== null) control.min = String(setting.minimum);
  if (setting.maximum !== null) control.max = String(setting.maximum);
  control.step = setting.whole ? "1" : "any";
}

/** @param {string} source */
function fileName(source) {
  return /^(\/|[A-Za-z]:\\)/.test(source) ? (source.split(/[\\/]/).at(-1) ?? source) : source;
}

/** A control for a number. */
export const numberInput = () => h("input", { type: "number", autocomplete: "off" });
