// @ts-check
import { h } from "../helpers/dom.js";
import { strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

/**
 * Save bytes under a name: the browser's way, which the browser shows, or in the program's own window where the
 * user says, which is then said here.
 * @param {App} app
 * @param {Blob} blob
 * @param {string} name
 * @returns {Promise<boolean>} false where the user changed their mind
 */
export async function saveBlob(app, blob, name) {
  if (!app.window.inside.value) {
    download(blob, name);
    return true;
  }
  const path = await app.window.save(blob, name);
  if (path) app.say({ text: strings.ownWindow.saved(path) });
  return path !== null;
}

/**
 * @param {Blob} blob
 * @param {string} name
 */
function download(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = h("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
