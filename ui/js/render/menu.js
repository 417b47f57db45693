// @ts-check
import { h } from "../helpers/dom.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} MenuItem
 * @property {string} label
 * @property {import("./icons.js").IconName} icon
 * @property {() => void} run
 * @property {string} [reason]  why it cannot be used now
 */

const GAP = 4;
/** @type {(() => void) | null} */
let closeOpen = null;

/**
 * Open a menu below the button that asked for it. Arrow keys move in it; it closes by Escape, Tab, a click
 * elsewhere or a choice, and gives the focus back.
 * @param {HTMLElement} opener
 * @param {string} label
 * @param {MenuItem[]} items
 */
export function openMenu(opener, label, items) {
  closeOpen?.();
  const menu = h("div", { class: "menu", role: "menu", "aria-label": label, tabindex: -1 });
  const close = (/** @type {boolean} */ back = false) => {
    menu.remove();
    opener.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", outside, true);
    removeEventListener("resize", dismiss);
    closeOpen = null;
    if (back) opener.focus();
  };
  const dismiss = () => close();
  const outside = (/** @type {Event} */ event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  };
  menu.append(...items.map((item) => menuItem(item, () => close(true))));
  menu.addEventListener("keydown", (event) => onKey(event, menu, close));
  document.addEventListener("pointerdown", outside, true);
  addEventListener("resize", dismiss);
  opener.setAttribute("aria-expanded", "true");
  // Beside the opener in the tree, so that it belongs to the same region of the page.
  opener.after(menu);
  place(menu, opener);
  closeOpen = dismiss;
  (choices(menu)[0] ?? menu).focus();
}

/**
 * @param {MenuItem} item
 * @param {() => void} close
 */
function menuItem({ label, icon: name, run, reason }, close) {
  const choose = () => {
    if (reason) return;
    close();
    run();
  };
  return h(
    "button",
    {
      type: "button",
      class: "menu-item",
      role: "menuitem",
      tabindex: -1,
      "aria-disabled": reason && "true",
      onclick: choose,
    },
    icon(name),
    h("span", { class: "menu-words" }, label, reason && h("span", { class: "menu-reason" }, ` ${reason}`)),
  );
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} menu
 * @param {(back?: boolean) => void} close
 */
function onKey(event, menu, close) {
  const items = choices(menu);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 };
  if (event.key in moves) items.at(moves[event.key] % items.length)?.focus();
  else if (event.key === "Escape" || event.key === "Tab") close(event.key === "Escape");
  else return;
  event.stopPropagation();
  if (event.key !== "Tab") event.preventDefault();
}

/** @param {HTMLElement} menu */
function choices(menu) {
  return /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
}

/**
 * Within the window, wherever the opener is; a menu that would leave at the bottom opens upwards.
 * @param {HTMLElement} menu
 * @param {HTMLElement} opener
 */
function place(menu, opener) {
  const from = opener.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = from.bottom + GAP;
  const top = below + height > innerHeight ? Math.max(GAP, from.top - height - GAP) : below;
  const left = Math.max(GAP, Math.min(from.right - width, innerWidth - width - GAP));
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
  // An ancestor that is moved is what `fixed` is measured from.
  const moved = menu.getBoundingClientRect();
  menu.style.top = `${top - (moved.top - top)}px`;
  menu.style.left = `${left - (moved.left - left)}px`;
}
