// @ts-check
import { h, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { byAge } from "../model/sessions.js";
import { UNDO_MS } from "../control/session_list.js";
import { button, iconButton } from "../render/controls.js";
import { hitList } from "../render/found.js";
import { icon } from "../render/icons.js";
import { nameOf, strings } from "../strings.js";
import { sessionRow } from "./session_row.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").Found} Found
 * @typedef {import("../types.js").SessionRow} SessionRow
 */

const words = strings.rail;
const find = strings.find;

/** The list of sessions. In a narrow window it slides over the page. */
class Rail extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  #says = h("p", { class: "rail-says", role: "status", hidden: true });
  #list = h("div", { class: "rail-list" });
  #check = button(words.check, () => this.#checkFiles(), { kind: "quiet wide", icon: "shield" });
  #replay = button(strings.replay.open, () => this.#replayCapsule(), { kind: "quiet wide", icon: "play" });
  #more = button(words.more, () => void this.#app.sessions.showMore(), { kind: "quiet wide" });
  #renaming = "";
  /** @type {Map<string, { says: string, item: HTMLElement }>} rows on the page, and those of the next drawing */
  #known = new Map();
  /** @type {Map<string, { says: string, item: HTMLElement }>} */
  #drawn = new Map();

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.setAttribute("role", "navigation");
    this.setAttribute("aria-label", words.region);
    this.append(this.#top(), this.#search(), this.#says, this.#list, this.#bottom());
    app.sessions.rows.watch(() => this.#draw());
    app.sessions.problem.watch(() => this.#draw());
    app.search.state.watch(() => this.#draw());
    for (const place of [app.route, app.checking, app.replaying]) place.watch(() => this.#moved());
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
      this.#replay,
    );
  }

  #moved() {
    this.#close();
    markCurrent(this.#check, this.#app.checking.value);
    markCurrent(this.#replay, this.#app.replaying.value);
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

  #replayCapsule() {
    this.#close();
    this.#app.replayCapsule();
  }

  /** @param {boolean} open only matters where the window is narrow */
  #slide(open) {
    const left = !open && this.classList.contains("open") && this.contains(document.activeElement);
    this.classList.toggle("open", open);
    if (open) this.querySelector("button")?.focus();
    else if (left) /** @type {HTMLElement | null} */ (document.querySelector(".rail-opener"))?.focus();
  }

  #close() {
    if (this.#app.panel.value === "sessions") this.#app.panel.set("none");
  }

  #search() {
    const input = h("input", {
      type: "text",
      enterkeyhint: "search",
      "aria-label": nameOf(words.search),
      placeholder: words.search,
      "data-shortcut": "search",
      autocomplete: "off",
      maxlength: 200,
      oninput: () => this.#app.search.search(input.value),
    });
    return h("div", { class: "rail-search" }, icon("search"), input);
  }

  #bottom() {
    const settings = button(strings.rail.settings, () => this.#app.panel.set("settings"), {
      kind: "quiet wide",
      icon: "sliders",
    });
    const keys = iconButton("keyboard", strings.shortcuts.title, () => this.#app.panel.set("shortcuts"));
    return h("div", { class: "rail-bottom" }, settings, keys);
  }

  /** Put in what is not there yet, and keep where the reader and the keyboard were. */
  #draw() {
    if (this.#renaming) return;
    const { search } = this.#app;
    const top = this.#list.scrollTop;
    const focused = document.activeElement; // it leaves the page with its row, which comes back in a new list
    this.#list.replaceChildren(...(search.query ? this.#found(search.state.value) : this.#rows()));
    this.#list.scrollTop = top;
    if (focused instanceof HTMLElement && this.#list.contains(focused))
      focused.focus({ preventScroll: true });
    this.#known = this.#drawn;
    this.#drawn = new Map();
  }

  /** @returns {HTMLElement[]} */
  #rows() {
    const { rows, problem, older } = this.#app.sessions;
    this.#tell("");
    if (problem.value && !rows.value) return [h("p", { class: "rail-empty" }, words.failed), this.#retry()];
    const groups = byAge(rows.value ?? [], new Date());
    const nothing = rows.value !== null && groups.length === 0;
    const sections = groups.map(({ age, rows: some }) => {
      const recent = age === "today" || age === "yesterday";
      const items = some.map((row) => this.#item(row, recent));
      return h("section", {}, h("h2", {}, words.age[age]), h("ul", {}, ...items));
    });
    return [
      ...(nothing ? [h("p", { class: "rail-empty" }, words.none)] : sections),
      ...(older.value === "yes" ? [this.#more] : []),
      ...(older.value === "search" ? [h("p", { class: "rail-empty" }, words.oldest)] : []),
    ];
  }

  /**
   * @param {import("../control/session_search.js").SearchState} state
   * @returns {HTMLElement[]}
   */
  #found(state) {
    const { search } = this.#app;
    if (!Array.isArray(state)) {
      const failed = typeof state !== "string";
      this.#tell(failed ? find.failed : find.searching);
      return failed ? [button(strings.problem.retry, () => search.again())] : [];
    }
    const left = state.filter(({ session }) => !this.#app.sessions.isLeaving(session.session_id));
    const says = left.length ? find.sessions(left.length) : search.complete && words.noMatch(search.query);
    this.#tell([says, !search.complete && find.indexing].filter(Boolean).join(" "));
    const items = left.map((found) => this.#item(found.session, false, found));
    return [h("ul", { "aria-label": find.results }, ...items)];
  }

  /** @param {string} text of the search; one element says it, so that only what is new is read out */
  #tell(text) {
    if (this.#says.textContent !== text) this.#says.textContent = text;
    show(this.#says, text !== "");
  }

  /**
   * A row that says the same as before is not made anew.
   * @param {SessionRow} row
   * @param {boolean} recent
   * @param {Found} [found] what was found in it
   */
  #item(row, recent, found) {
    const says = JSON.stringify([row, this.#isCurrent(row), recent, found]);
    const known = this.#known.get(row.session_id);
    const item = known?.says === says ? known.item : this.#make(row, recent, found);
    this.#drawn.set(row.session_id, { says, item });
    return item;
  }

  /**
   * @param {SessionRow} row
   * @param {boolean} recent
   * @param {Found} [found]
   */
  #make(row, recent, found) {
    const made = sessionRow(row, this.#isCurrent(row), recent, {
      rename: (renamed, item) => this.#rename(renamed, item),
      fork: ({ session_id: id }) =>
        void this.#app.steering.forkSession(id).catch((error) => this.#app.sayProblem(error)),
      exported: ({ session_id: id }) => this.#app.exporting.set(id),
      remove: (removed) => this.#remove(removed),
    });
    if (found) made.append(hitList(found, (hit) => this.#goTo(row.session_id, hit)));
    return made;
  }

  /** @param {SessionRow} row */
  #isCurrent(row) {
    const { route, checking } = this.#app;
    return row.session_id === route.value && !checking.value;
  }

  /**
   * @param {string} sessionId
   * @param {import("../types.js").Hit} hit
   */
  #goTo(sessionId, hit) {
    this.#close();
    this.#app.goTo({ sessionId, hit });
  }

  #retry() {
    return button(strings.problem.retry, () => void this.#app.sessions.refresh());
  }

  /**
   * @param {SessionRow} row
   * @param {HTMLElement} item
   */
  #rename(row, item) {
    this.#renaming = row.session_id;
    this.#known.delete(row.session_id);
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

/**
 * @param {HTMLElement} control
 * @param {boolean} current
 */
function markCurrent(control, current) {
  if (current) control.setAttribute("aria-current", "page");
  else control.removeAttribute("aria-current");
}

customElements.define("rt-rail", Rail);
