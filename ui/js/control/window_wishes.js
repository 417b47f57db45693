// @ts-check

/**
 * @typedef {import("./app.js").App} App
 * @typedef {import("../net/window_bridge.js").Wish} Wish
 */

/** @type {Record<string, (app: App, detail: string) => void>} what the window's menu and notifications ask for */
const WISHES = {
  new: (app) => app.go(null),
  check: (app) => app.checkFiles(),
  replay: (app) => app.replayCapsule(),
  export: (app) => app.route.value && app.exporting.set(app.route.value),
  sessions: (app) => app.panel.set("sessions"),
  settings: (app) => app.openSettings(),
  shortcuts: (app) => app.panel.set("shortcuts"),
  about: (app) => app.openSettings("about"),
  session: (app, id) => app.go(id),
};

/**
 * @param {App} app
 * @param {Wish} wish
 */
export function fulfil(app, { name, detail }) {
  WISHES[name]?.(app, detail);
}
