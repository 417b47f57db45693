// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { modelOf } from "../model/facts.js";
import { button, pending } from "../render/controls.js";
import { icon } from "../render/icons.js";
import { ModelPicker } from "../render/model_picker.js";
import { strings } from "../strings.js";

/** @typedef {import("../control/app.js").App} App */

const words = strings.header;

/**
 * The model's name in the header; while the run goes on it opens a form that switches the model.
 * @param {App} app
 * @param {HTMLElement} name
 */
export function modelMenu(app, name) {
  const picker = new ModelPicker({ automatic: false });
  const go = button(words.switchDo, () => void pending(go, change, (error) => app.sayProblem(error)), {
    kind: "primary",
  });
  const form = h(
    "div",
    { class: "menu-sheet" },
    h("p", { class: "menu-title" }, words.switch),
    picker.provider.field,
    picker.model.field,
    h("p", { class: "hint" }, words.switchHint),
    go,
  );
  const menu = h(
    "details",
    { class: "model-menu" },
    h("summary", { title: words.switch }, name, icon("swap")),
    form,
  );

  async function change() {
    const { provider, model } = picker.value;
    const switched = await app.current.switchModel(provider, model);
    menu.open = false;
    app.say({ text: words.switched(reveal(`${switched.provider} ${switched.model}`)) });
  }

  menu.querySelector("summary")?.addEventListener("click", (event) => {
    if (!menu.hasAttribute("data-going")) event.preventDefault();
  });
  menu.addEventListener("toggle", () => {
    if (menu.open) picker.offer(app.providers.list.value ?? [], currentModel(app));
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  return menu;
}

/** @param {App} app */
function currentModel(app) {
  const run = app.current.log.value?.newest;
  const { provider = "", model = "" } = (run && modelOf(run)) ?? {};
  return { provider, model };
}
