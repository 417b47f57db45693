// @ts-check
import { Value } from "../model/value.js";

/**
 * The program's own window around this page, if that is where it is: the server knows by the cookie. What a page
 * cannot do there by itself, it asks the server for; what the window wants of the page comes as an event. There
 * is no bridge of scripts: see docs/decisions/0023-desktop-window.md.
 *
 * @typedef {import("./api.js").Api} Api
 * @typedef {{ name: string, detail: string }} Wish what an entry of the menu, or a notification, asks for
 */

const EVENT = "roundtable-window";
/** Characters of a notification's title that the server takes. */
const MAX_TITLE = 200;

export class WindowBridge {
  #api;
  /** Whether the page is in the window; known once that has answered. */
  inside = new Value(false);

  /**
   * @param {Api} api
   * @param {(wish: Wish) => void} fulfil
   */
  constructor(api, fulfil) {
    this.#api = api;
    document.addEventListener(EVENT, (event) => fulfil(/** @type {CustomEvent<Wish>} */ (event).detail));
  }

  /** This is the window's page, and it has come up; said until the window has taken it once. */
  async enter() {
    if (this.inside.value) return;
    await this.#api.inWindow("ready");
    this.inside.set(true);
  }

  /**
   * Ask the user where to, and save there.
   * @param {Blob} content
   * @param {string} name
   * @returns {Promise<string | null>} the path, null where the user changed their mind
   */
  save(content, name) {
    return this.#api.saveInWindow(content, name);
  }

  /**
   * Tell the user by the system's means; a click there opens the session.
   * @param {string} title  cut where it is too long
   * @param {string} body
   * @param {string} sessionId
   */
  async notify(title, body, sessionId) {
    const cut = [...title].slice(0, MAX_TITLE).join("");
    await this.#api.inWindow("notify", { title: cut, body, session_id: sessionId });
  }
}
