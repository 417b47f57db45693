// @ts-check
import { keep, kept } from "../helpers/keeping.js";
import { isEmpty, readEdit } from "../model/edit_draft.js";

/**
 * Edits of versions, kept while they are made.
 *
 * @typedef {import("../types.js").Version} Version
 * @typedef {import("../model/edit_draft.js").Edit} Edit
 */

/**
 * @param {string | null} sessionId
 * @param {Version} version
 */
function placeOf(sessionId, version) {
  return `edit:${sessionId}:${version.hash}`;
}

/**
 * @param {string | null} sessionId
 * @param {Version} version
 */
export function keptEdit(sessionId, version) {
  return readEdit(kept(placeOf(sessionId, version)));
}

/**
 * @param {string | null} sessionId
 * @param {Version} version
 * @param {Edit | null} edit null forgets it
 * @returns {boolean} see keep
 */
export function keepEdit(sessionId, version, edit) {
  return keep(placeOf(sessionId, version), edit && !isEmpty(edit) ? JSON.stringify(edit) : null);
}
