// @ts-check
import { h } from "../helpers/dom.js";
import { clockTime, shortDate } from "../helpers/format.js";
import { reveal } from "../helpers/reveal.js";
import { hashOf } from "../helpers/route.js";
import { stateOf, toneOf } from "../model/sessions.js";
import { iconButton } from "../render/controls.js";
import { openMenu } from "../render/menu.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").SessionRow} SessionRow
 * @typedef {{ rename(row: SessionRow, item: HTMLElement): void, fork(row: SessionRow): void,
 *   exported(row: SessionRow): void, remove(row: SessionRow): void }} RowActions
 */

const words = strings.rail;

/**
 * A session in the list: its title, state and the menu of what can be done with it.
 * @param {SessionRow} row
 * @param {boolean} current  it is on screen
 * @param {boolean} recent  of today or yesterday: the time says more than the date
 * @param {RowActions} actions
 */
export function sessionRow(row, current, recent, actions) {
  const title = reveal(row.title);
  const when = recent ? clockTime(row.updated) : shortDate(row.updated);
  const link = h(
    "a",
    { href: hashOf(row.session_id), class: "rail-link", "aria-current": current && "page", title },
    h("span", { class: "rail-title" }, title),
    h(
      "span",
      { class: "rail-facts" },
      h("span", { class: "state-dot", "data-tone": toneOf(row) }),
      h("span", {}, [stateWords(row), row.language, when].join(" · ")),
    ),
  );
  const item = h("li", {}, link);
  const opener = iconButton("more", `${words.actions} – ${title}`, () =>
    openMenu(opener, `${words.actions} – ${title}`, [
      { label: words.rename, icon: "pencil", run: () => actions.rename(row, item) },
      { label: strings.steering.forkSession, icon: "fork", run: () => actions.fork(row) },
      { label: strings.exporting.open, icon: "download", run: () => actions.exported(row) },
      { label: words.remove, icon: "trash", run: () => actions.remove(row) },
    ]),
  );
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  item.append(h("span", { class: "rail-tools" }, opener));
  return item;
}

/** @param {SessionRow} row */
function stateWords(row) {
  const state = stateOf(row);
  return state.of === "verdict" ? strings.verdict[state.name] : strings.status[state.name];
}
