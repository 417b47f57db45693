// @ts-check

/** @typedef {import("../types.js").SessionRow} SessionRow */

/** Notices which sessions have begun to wait for the user since the list was seen last. */
export class NewlyWaiting {
  /** @type {Map<string, string>} status by session, of all that were ever listed */
  #known = new Map();

  /**
   * A session that is seen for the first time is no news: the list may have been narrowed by a search before.
   * @param {SessionRow[]} rows
   */
  among(rows) {
    const news = rows.filter(({ session_id: id, status }) => {
      const before = this.#known.get(id);
      return status === "waiting" && before !== undefined && before !== "waiting";
    });
    for (const row of rows) this.#known.set(row.session_id, row.status);
    return news;
  }
}
