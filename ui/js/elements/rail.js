// @ts-check
import { h, show } from "../helpers/dom.js";
import { clockTime, shortDate } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { byAge, toneOf } from "../model/sessions.js";
import { UNDO_MS } from "../control/session_list.js";
import { button, iconButton } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

const words = strings.rail;

/** The list of sessions. In a narrow window it slides over the page. */
class Rail extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #list = h("div", { class: "rail-list" });
  #check = button(words.check, () => this.#checkFiles(), { kind: "quiet wide", icon: "shield" });
  #renaming = "";

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", words.region);
    this.append(this.#top(), this.#search(), this.#list, this.#bottom());
    app.sessions.rows.watch(() => this.#draw());
    app.sessions.problem.watch(() => this.#draw());
    for (const place of [app.route, app.checking]) place.watch(() => this.#moved());
    app.panel.watch((panel) => this.#slide(panel === "sessions"));
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.#close());
  }

  #top() {
    const create = button(words.create, () => this.#create(), { kind: "wide", icon: "plus" });
    const mark = h("span", { class: "rail-mark" }, strings.product);
    const close = iconButton("cross", words.close, () => this.#close());
    close.classList.add("rail-close");
    return h(
      "div",
      { class: "rail-top" },
      h("div", { class: "rail-brand" }, mark, close),
      create,
      this.#check,
    );
  }

  #moved() {
    this.#close();
    if (this.#app.checking.value) this.#check.setAttribute("aria-current", "page");
    else this.#check.removeAttribute("aria-current");
    this.#draw();
  }

  #create() {
    this.#close();
    this.#app.go(null);
  }

  #checkFiles() {
    this.#close();
    this.#app.checkFiles();
  }

  /** @param {boolean} open only matters where the window is narrow */
  #slide(open) {
    this.classList.toggle("open", open);
    if (open) this.querySelector("button")?.focus();
  }

  #close() {
    if (this.#app.panel.value === "sessions") this.#app.panel.set("none");
  }

  #search() {
    const input = h("input", {
      type: "text",
      enterkeyhint: "search",
      "aria-label": words.search,
      placeholder: words.search,
      "data-shortcut": "search",
      autocomplete: "off",
      maxlength: 200,
      oninput: () => this.#app.sessions.search(input.value),
    });
    return h("div", { class: "rail-search" }, icon("search"), input);
  }

  #bottom() {
    const settings = button(strings.rail.settings, () => this.#app.panel.set("settings"), {
      kind: "quiet wide",
      icon: "sliders",
    });
    return h("div", { class: "rail-bottom" }, settings);
  }

  #draw() {
    if (this.#renaming) return;
    const { rows, problem, query } = this.#app.sessions;
    if (problem.value && !rows.value) {
      this.#list.replaceChildren(h("p", { class: "rail-empty" }, words.failed), this.#retry());
      return;
    }
    const groups = byAge(rows.value ?? [], new Date());
    const empty = h("p", { class: "rail-empty" }, query ? words.noMatch(query) : words.none);
    show(empty, rows.value !== null && groups.length === 0);
    this.#list.replaceChildren(
      empty,
      ...groups.map(({ age, rows: some }) =>
        h(
          "section",
          {},
          h("h2", {}, words.age[age]),
          h("ul", {}, ...some.map((row) => this.#item(row, age))),
        ),
      ),
    );
  }

  #retry() {
    return button(strings.problem.retry, () => void this.#app.sessions.refresh());
  }

  /**
   * @param {SessionRow} row
   * @param {string} age
   */
  #item(row, age) {
    const current = row.session_id === this.#app.route.value && !this.#app.checking.value;
    const when = age === "today" || age === "yesterday" ? clockTime(row.updated) : shortDate(row.updated);
    const title = reveal(row.title);
    const state =
      row.verdict === "not_verified" && row.status === "approved"
        ? strings.verdict.not_verified
        : strings.status[row.status];
    const link = h(
      "a",
      { href: `#/s/${row.session_id}`, class: "rail-link", "aria-current": current && "page", title },
      h("span", { class: "rail-title" }, title),
      h(
        "span",
        { class: "rail-facts" },
        h("span", { class: "state-dot", "data-tone": toneOf(row) }),
        h("span", {}, [state, row.language, when].join(" · ")),
      ),
    );
    const item = h("li", {}, link);
    const tools = h(
      "span",
      { class: "rail-tools" },
      iconButton("pencil", `${words.rename} ${title}`, () => this.#rename(row, item)),
      iconButton("trash", `${words.remove} ${title}`, () => this.#remove(row)),
    );
    item.append(tools);
    return item;
  }

  /**
   * @param {SessionRow} row
   * @param {HTMLElement} item
   */
  #rename(row, item) {
    this.#renaming = row.session_id;
    const input = h("input", {
      type: "text",
      class: "rail-rename",
      "aria-label": words.title,
      value: row.title,
      maxlength: 200,
    });
    const finish = async (/** @type {boolean} */ save) => {
      if (!this.#renaming) return;
      this.#renaming = "";
      const title = input.value.trim();
      this.#draw();
      if (!save || !title || title === row.title) return;
      await this.#app.sessions.rename(row.session_id, title).catch((error) => this.#app.sayProblem(error));
    };
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") void finish(true);
      else if (event.key === "Escape") void finish(false);
      if (event.key !== "Tab") event.stopPropagation();
    });
    input.addEventListener("blur", () => void finish(true));
    item.replaceChildren(input);
    input.focus();
    input.select();
  }

  /** @param {SessionRow} row */
  #remove(row) {
    const undo = this.#app.sessions.remove(row.session_id, (problem) => this.#app.sayProblem(problem));
    if (this.#app.route.value === row.session_id) this.#app.go(null);
    this.#app.say({
      text: words.removed(reveal(row.title)),
      action: { label: words.undo, run: undo },
      ms: UNDO_MS - 500,
    });
  }
}

customElements.define("rt-rail", Rail);
