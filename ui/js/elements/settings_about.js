// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { button, pending } from "../render/controls.js";
import { strings } from "../strings.js";
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
  const save = async () => {
    const { content, name } = await app.diagnostics();
    const saved = await saveBlob(app, content, name);
    if (saved !== null) app.say({ text: strings.exporting.done(saved) });
  };
  const go = button(words.saveDiagnostics, () => void pending(go, save, app.sayProblem.bind(app)), {
    kind: "small",
    icon: "download",
  });
  return h("div", {}, go, h("p", { class: "hint" }, words.diagnosticsHint));
}
