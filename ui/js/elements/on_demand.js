// @ts-check
import { show } from "../helpers/dom.js";
import * as parts from "../later.js";
import { retryOf } from "../net/later.js";
import { strings } from "../strings.js";

/**
 * Elements that are loaded when something first asks for them; their places in the page are empty until then.
 *
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../control/app.js").Notice} Notice
 * @typedef {{ runId: string, turn: number } | null} Place  the turn whose calls are wanted; null: all of the session
 */

const INSPECT = "rt-inspect";

/** After this long of waiting the page says that it loads something. */
const SLOW_MS = 300;

/** @param {App} app */
export function connectOnDemand(app) {
  const { current, panel } = app;
  const hasSession = (/** @type {unknown} */ state) => state === "loading" || state === "ready";
  on(app, "rt-artifact", parts.artifact, current.loading, hasSession);
  // Its place is kept meanwhile, so that the timeline beside it does not move when it comes.
  current.loading.watch((state) => {
    const pane = /** @type {HTMLElement | null} */ (document.querySelector("rt-artifact:not(:defined)"));
    if (pane) show(pane, hasSession(state));
  });
  on(app, "rt-check", parts.checkFiles, app.checking, Boolean);
  on(app, "rt-replay", parts.replay, app.replaying, Boolean);
  on(app, "rt-settings", parts.settings, panel, (shown) => shown === "settings");
  on(app, "rt-export", parts.exporting, app.exporting, Boolean);
  on(app, "rt-calls", parts.calls, app.inspecting, Boolean);
  on(app, "rt-place", parts.place, app.place, Boolean);
  // What comes late does not open over a page where nobody asked for it.
  const elsewhere = () => {
    app.inspecting.set(null);
    app.exporting.set(null);
  };
  app.route.watch(elsewhere);
  app.checking.watch(elsewhere);
  document.addEventListener(INSPECT, (event) =>
    app.inspecting.set({ place: /** @type {CustomEvent} */ (event).detail }),
  );
}

/**
 * Ask for the calls of a turn, from anywhere in the page.
 * @param {HTMLElement} from
 * @param {Place} place
 */
export function inspect(from, place) {
  from.dispatchEvent(new CustomEvent(INSPECT, { bubbles: true, detail: place }));
}

/**
 * Once it is there, an element watches by itself what it was loaded for.
 * @template T
 * @param {App} app
 * @param {string} tag
 * @param {import("../net/later.js").Later<unknown>} part
 * @param {import("../model/value.js").Value<T>} value
 * @param {(now: T) => boolean} isWanted
 */
function on(app, tag, part, value, isWanted) {
  let taken = false;
  /** @type {Notice | null} */
  let failure = null;
  const want = async () => {
    if (taken || !isWanted(value.value)) return;
    taken = true;
    /** @type {Notice} */
    const waiting = { text: strings.problem.partLoading };
    const slow = setTimeout(() => app.notice.value ?? app.say(waiting), SLOW_MS);
    try {
      await part.load();
    } catch (error) {
      taken = false;
      const again = retryOf(error, () => void want());
      app.sayProblem(error, again);
      failure = app.notice.value;
      return;
    } finally {
      clearTimeout(slow);
      takeBack(app, waiting);
    }
    takeBack(app, failure);
    connect(app, document.querySelector(tag));
  };
  value.watch(() => void want());
}

/**
 * Something that was said does not hold any more.
 * @param {App} app
 * @param {Notice | null} notice
 */
function takeBack(app, notice) {
  if (notice && app.notice.value === notice) app.notice.set(null);
}

/**
 * @param {App} app
 * @param {Element | null} element
 */
export function connect(app, element) {
  if (element && "connect" in element)
    /** @type {{ connect(app: App): void }} */ (/** @type {unknown} */ (element)).connect(app);
}
