// @ts-check
import { iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {{ runId: string, turn: number, opener: HTMLElement }} TurnAsked
 */

/** What a turn's button asks for; `rt-turn-actions` answers. */
export const TURN_ASKED = "turn-asked";
/** The number by which the start of a run is asked for, before its first turn. */
export const START = 0;

/**
 * The button of a turn, or of the request, that offers to fork or to rewind there.
 * @param {RunView} run
 * @param {number} turn
 */
export function turnMenu(run, turn) {
  const opener = iconButton("more", strings.steering.menu(turn), () => {
    /** @type {TurnAsked} */
    const detail = { runId: run.runId, turn, opener };
    opener.dispatchEvent(new CustomEvent(TURN_ASKED, { bubbles: true, detail }));
  });
  opener.classList.add("turn-menu");
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  return opener;
}
