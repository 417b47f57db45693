// @ts-check
/** A failure of a request, in the words of the server's problem JSON. */
export class Problem extends Error {
  /**
   * @param {object} facts
   * @param {string} facts.kind
   * @param {string} facts.message
   * @param {string} [facts.hint]
   * @param {boolean} [facts.retryable]
   * @param {string} [facts.error_id]
   * @param {string} [facts.field]
   * @param {number} [facts.retry_after] seconds
   * @param {number} status HTTP status, 0 where there was no answer
   * @param {boolean} [fromServer] whether the words are the server's, in English, or the page's own
   */
  constructor(facts, status, fromServer = false) {
    super(facts.message);
    this.kind = facts.kind;
    this.hint = facts.hint ?? "";
    this.retryable = facts.retryable ?? false;
    this.errorId = facts.error_id ?? "";
    this.field = facts.field ?? "";
    this.retryAfter = facts.retry_after ?? null;
    this.status = status;
    this.fromServer = fromServer;
  }
}
