// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button, pending } from "../render/controls.js";
import { problemBox } from "../render/problem_box.js";
import { strings } from "../strings.js";
import { quitControl } from "./quitting.js";
import { saveBlob } from "./save_blob.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.config;

/**
 * Which version this is, where things are kept, and what it is made of.
 * @param {App} app
 */
export function aboutSettings(app) {
  const list = h("dl", { class: "about" });
  const report = diagnostics(app);
  const quit = quitControl(app);
  const link = (/** @type {string} */ href, /** @type {string} */ text) =>
    h("a", { href, target: "_blank", rel: "noopener" }, text);
  app.config.reply.watch((reply) => {
    const kept = (/** @type {string | undefined} */ path) =>
      path ? h("code", {}, reveal(path)) : h("span", { class: "hint" }, words.hidden);
    const facts = [
      [words.version, app.version],
      [words.dataFolder, kept(reply?.home)],
      [words.configFolder, kept(reply?.folder)],
      [words.licences, link("/api/licences", words.licencesLink)],
      [words.docs, link("/api/openapi.json", words.docsLink)],
      ...(reply?.may_change ? [[words.diagnostics, report]] : []),
      ...(app.mayQuit ? [[strings.quitting.label, quit]] : []),
    ];
    list.replaceChildren(
      ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
  });
  return list;
}

/**
 * Saves what may be shown to others who help.
 * @param {App} app
 */
function diagnostics(app) {
  const problem = h("div", {});
  const save = async () => {
    problem.replaceChildren();
    const { content, name } = await app.diagnostics();
    await saveBlob(app, content, name);
  };
  const failed = (/** @type {unknown} */ error) => {
    if (!app.locksOut(error)) problem.append(problemBox(/** @type {any} */ (error), () => go.click()));
  };
  const go = button(words.saveDiagnostics, () => void pending(go, save, failed), {
    kind: "small",
    icon: "download",
  });
  return h("div", {}, go, problem, h("p", { class: "hint" }, words.diagnosticsHint));
}
