// @ts-check
import { strings } from "../strings.js";

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("../net/window_bridge.js").Wish} Wish
 * @typedef {Record<string, (app: App, detail: string) => void>} Wishes by name
 */

/** @type {Wishes} what is shown in the page itself, so that no dialog may lie over it */
const IN_PAGE = {
  new: (app) => app.go(null),
  check: (app) => app.checkFiles(),
  replay: (app) => app.replayCapsule(),
  sessions: (app) => app.panel.set("sessions"),
  session: (app, id) => app.go(id),
};
/** @type {Wishes} what opens over whatever is there */
const OVER_PAGE = {
  export: (app) => {
    if (app.route.value) app.exporting.set(app.route.value);
    else app.say({ text: strings.exporting.noSession });
  },
  settings: (app) => app.openSettings(),
  shortcuts: (app) => app.panel.set("shortcuts"),
  about: (app) => app.openSettings("about"),
};

/**
 * Do what the window's menu or a notification asks for.
 * @param {App} app
 * @param {Wish} wish
 */
export function fulfil(app, { name, detail }) {
  if (name in IN_PAGE) for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  ({ ...IN_PAGE, ...OVER_PAGE })[name]?.(app, detail);
}
