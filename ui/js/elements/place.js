// @ts-check

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../control/app.js").Place} Place
 * @typedef {import("../types.js").RunView} RunView
 */

const PATIENCE_MS = 10_000;
const AGAIN_MS = 60;

/** Takes the reader to a place in a session once it is on the page: older turns come one after the other. */
export class PlaceFinder extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    app.place.watch((place) => place && this.#seek(place));
  }

  /** @param {Place} place */
  #seek(place) {
    clearInterval(this.#timer);
    const until = Date.now() + PATIENCE_MS;
    const look = () => {
      const found = this.#find(place);
      if (!found && Date.now() < until) return;
      clearInterval(this.#timer);
      if (found) this.#arrive(found, place);
    };
    this.#timer = setInterval(look, AGAIN_MS);
    look();
  }

  /** @param {Place} place */
  #find({ sessionId, hit }) {
    const { log, loading } = this.#app.current;
    if (log.value?.sessionId !== sessionId || loading.value !== "ready") return null;
    const run = log.value.runs.get(hit.run_id);
    const key = run && keyOf(run, hit);
    if (!key) return null;
    const folded = document.querySelector(`details[data-holds~="${key}"]`);
    if (folded instanceof HTMLDetailsElement) folded.open = true;
    const card = document.querySelector(`[data-key="${key}"]`);
    return card instanceof HTMLElement ? card : null;
  }

  /**
   * @param {HTMLElement} card
   * @param {Place} place
   */
  #arrive(card, { hit }) {
    card.tabIndex = -1;
    card.scrollIntoView({ block: "start" });
    card.focus({ preventScroll: true });
    card.classList.add("arrived");
    card.addEventListener("blur", () => card.classList.remove("arrived"), { once: true });
    if (hit.artifact_hash) this.#app.lookedAt.set(hit);
  }
}

/**
 * Key of the card that tells a hit; see the timeline.
 * @param {RunView} run
 * @param {import("../types.js").Hit} hit
 */
function keyOf(run, hit) {
  if (hit.turn === null) return run.created ? `request:${run.created.seq}` : "";
  const told = [run.turns.get(hit.turn), ...run.superseded.flatMap(({ turns }) => turns)].filter(
    (t) => t?.turn === hit.turn,
  );
  const turn = told.find((t) => t && t.started.seq <= hit.seq && hit.seq <= t.lastSeq) ?? told[0];
  return turn ? `turn:${turn.started.seq}` : "";
}

customElements.define("rt-place", PlaceFinder);
