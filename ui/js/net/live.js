// @ts-check
import { io } from "/ui/vendor/socket.io.esm.min.js";

/**
 * @typedef {import("../types.js").Envelope} Envelope
 * @typedef {import("../types.js").Warning} Warning
 *
 * @typedef {object} Listener
 * @property {() => void} connected  also after each reconnect
 * @property {() => void} lost
 * @property {(event: Envelope) => void} event
 * @property {() => void} changed
 * @property {(warnings: Warning[]) => void} warnings
 * @property {(jobs: import("../types.js").PullJob[]) => void} pulls
 * @property {() => void} settings  they have changed, here or on disk
 */

/** The live line to the server: events of the followed session, and word that the list of sessions changed. */
export class Live {
  #ended = false;

  /** @param {Listener} listener */
  constructor(listener) {
    this.socket = io({
      transports: ["websocket", "polling"],
      reconnectionDelay: 500,
      reconnectionDelayMax: 4000,
    });
    this.socket.on("connect", () => listener.connected());
    this.socket.on("disconnect", (reason) => {
      listener.lost();
      // After the server itself closed the line the library does not try again by itself.
      if (reason === "io server disconnect") this.#connectIn(1000);
    });
    this.socket.on("connect_error", () => {
      listener.lost();
      // Where no websocket gets through, as with some proxies, plain requests do; a websocket is then tried over them.
      this.socket.io.opts.transports = ["polling", "websocket"];
      // A refused handshake is final for the library as well.
      if (!this.socket.active) this.#connectIn(2000);
    });
    this.socket.on("event", (/** @type {Envelope} */ event) => listener.event(event));
    this.socket.on("pulls", (/** @type {{ jobs: import("../types.js").PullJob[] }} */ data) =>
      listener.pulls(data.jobs),
    );
    this.socket.on("settings", () => listener.settings());
    this.socket.on("changed", () => listener.changed());
    this.socket.on("warnings", (/** @type {{ warnings: Warning[] }} */ data) =>
      listener.warnings(data.warnings),
    );
  }

  /** There is no server any more, and nobody is told that the line is lost. */
  end() {
    this.#ended = true;
    this.socket.off();
    this.socket.disconnect();
  }

  get isConnected() {
    return this.socket.connected;
  }

  /**
   * Ask for every event of a session with a higher number.
   * @param {string} sessionId
   * @param {number} after
   */
  follow(sessionId, after) {
    if (this.socket.connected) this.socket.emit("follow", { session_id: sessionId, after });
  }

  /** @param {string} sessionId */
  unfollow(sessionId) {
    if (this.socket.connected) this.socket.emit("unfollow", { session_id: sessionId });
  }

  /** @param {number} ms */
  #connectIn(ms) {
    setTimeout(() => this.#ended || this.socket.connect(), ms);
  }
}
