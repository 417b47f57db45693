// @ts-check
/**
 * Choices and drafts. The server keeps them, because at each start the program may have another address,
 * where the browser finds nothing of what it stored; see docs/decisions/0022-page-preferences.md. A tab also
 * stores its own drafts, which come first: two tabs may write two.
 */

/** Characters; app/domain/preferences.py has the same. */
export const MAX_DRAFT = 1_000_000;
const CHOICES = ["theme", "language", "notify", "notify-window", "diff-layout"];

/**
 * Changes on their way to the server, the newest of each name. One request goes at a time, so that an older
 * state does not come after a newer one. A page that goes cannot wait for that: should its last
 * two requests change places, other tabs get the older draft; its own stands in the tab.
 *
 * @typedef {Record<string, string | null>} Changes
 */
export class Outbox {
  /** @type {Map<string, string | null>} */
  #waiting = new Map();
  /** @type {Promise<void> | null} */
  #sending = null;
  /** @type {((changes: Changes) => Promise<boolean>) | null} */
  #post = null;

  /** @param {(changes: Changes) => Promise<boolean>} post false: they have to be sent again later */
  open(post) {
    this.#post = post;
  }

  /** @param {string} name */
  has(name) {
    return this.#waiting.has(name);
  }

  /**
   * @param {string} name
   * @param {string | null} value
   */
  put(name, value) {
    this.#waiting.set(name, value);
  }

  /**
   * @param {boolean} [now] without waiting for the request before
   * @returns {Promise<boolean>} whether nothing is left
   */
  async send(now = false) {
    while (this.#sending && !now) await this.#sending;
    if (!this.#post || !this.#waiting.size) return !this.#waiting.size;
    const batch = this.#waiting;
    this.#waiting = new Map();
    const sending = this.#deliver(this.#post, batch).finally(() => {
      if (this.#sending === sending) this.#sending = null;
    });
    this.#sending = sending;
    await sending;
    return !this.#waiting.size;
  }

  /**
   * @param {(changes: Changes) => Promise<boolean>} post
   * @param {Map<string, string | null>} batch
   */
  async #deliver(post, batch) {
    if (await post(Object.fromEntries(batch))) return;
    for (const [name, value] of batch) if (!this.#waiting.has(name)) this.#waiting.set(name, value);
  }
}

const outbox = new Outbox();
/** What the server keeps; before it was asked, what it wrote into the page. */
let known = new Map(Object.entries(globalThis.document?.documentElement.dataset ?? {}));
let leaving = false;

if (globalThis.document) {
  addEventListener("pagehide", () => {
    leaving = true; // what is kept from now on goes at once
    void outbox.send(true);
  });
  addEventListener("pageshow", () => (leaving = false));
}

/**
 * @param {Record<string, string>} served what the server keeps
 * @param {(changes: Changes) => Promise<boolean>} post see Outbox
 */
export function openKeeping(served, post) {
  const changedHere = [...known].filter(([name]) => outbox.has(name));
  const gone = (/** @type {string} */ name) => outbox.has(name) && !known.has(name);
  known = new Map([...Object.entries(served).filter(([name]) => !gone(name)), ...changedHere]);
  outbox.open(post);
  void outbox.send();
}

/** @returns {Promise<boolean>} whether the server has everything */
export function sendKept() {
  return outbox.send();
}

/**
 * Whether the server keeps it, or only this tab.
 * @param {string | null} value
 */
export function fitsServer(value) {
  return value === null || value.length <= MAX_DRAFT;
}

/** @param {string} name */
export function kept(name) {
  return (CHOICES.includes(name) ? null : ofTab(name)) ?? known.get(name) ?? null;
}

/**
 * @param {string} name
 * @param {string | null} value null forgets it
 * @returns {boolean} false: it is too long for the server, which keeps the last one that was not
 */
export function keep(name, value) {
  const fits = fitsServer(value);
  if (value === kept(name)) return fits;
  if (!CHOICES.includes(name)) storeInTab(name, value);
  if (!fits) return false;
  if (value === null) known.delete(name);
  else known.set(name, value);
  outbox.put(name, value);
  void outbox.send(leaving);
  return true;
}

/** @param {string} name */
function ofTab(name) {
  try {
    return sessionStorage.getItem(name);
  } catch (error) {
    return ifStorage(error, null);
  }
}

/**
 * Where storage is switched off or full, nothing is stored.
 * @param {string} name
 * @param {string | null} value
 */
function storeInTab(name, value) {
  try {
    sessionStorage.removeItem(name);
    if (value !== null) sessionStorage.setItem(name, value);
  } catch (error) {
    ifStorage(error, null);
  }
}

/**
 * @template T
 * @param {unknown} error
 * @param {T} otherwise
 */
function ifStorage(error, otherwise) {
  if (error instanceof DOMException) return otherwise;
  throw error;
}
