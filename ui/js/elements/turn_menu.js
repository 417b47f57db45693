// @ts-check
import { iconButton } from "../render/controls.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 * @typedef {{ runId: string, turn: number, opener: HTMLElement }} TurnAsked
 */

/** What a turn's button asks for; `rt-turn-actions` answers. */
export const TURN_ASKED = "turn-asked";

/**
 * The button of a turn that offers to fork or to rewind there.
 * @param {RunView} run
 * @param {TurnView} turn
 */
export function turnMenu(run, turn) {
  const opener = iconButton("more", strings.steering.menu(turn.turn), () => {
    /** @type {TurnAsked} */
    const detail = { runId: run.runId, turn: turn.turn, opener };
    opener.dispatchEvent(new CustomEvent(TURN_ASKED, { bubbles: true, detail }));
  });
  opener.classList.add("turn-menu");
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  return opener;
}
