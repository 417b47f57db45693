// @ts-check

/** What the server says in English by itself; another language gives it in its own words where it can. */
export const server = {
  /** Fixed sentences, as the server says them. */
  phrases: /** @type {Record<string, string>} */ ({}),
  /**
   * Notes on a run by their kind, told from their facts; empty where these do not suffice.
   * @type {Record<string, (data: Record<string, any>) => string>}
   */
  notes: {},
  /**
   * The same, where the server's own words stand behind: they say more.
   * @type {Record<string, (data: Record<string, any>) => string>}
   */
  headings: {},
};
