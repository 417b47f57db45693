// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";

/** @typedef {import("../types.js").ProviderInfo} ProviderInfo */

/**
 * Options `provider:model`, a group for each provider that names any.
 * @param {ProviderInfo[]} providers
 * @param {string} chosen is offered even where no provider lists it
 */
export function modelGroups(providers, chosen) {
  const groups = providers
    .map((provider) => ({ ...provider, names: namesOf(provider) }))
    .filter(({ names }) => names.length)
    .map(({ id, title, names }) =>
      h(
        "optgroup",
        { label: reveal(title) },
        ...names.map((name) => h("option", { value: `${id}:${name}` }, reveal(name))),
      ),
    );
  const known = groups.some((group) => [...group.children].some((o) => o.getAttribute("value") === chosen));
  return chosen && !known ? [h("option", { value: chosen }, reveal(chosen)), ...groups] : groups;
}

/** @param {ProviderInfo} provider */
function namesOf({ models, default_model: usual }) {
  const names = models.map(({ name }) => name);
  return usual && !names.includes(usual) ? [usual, ...names] : names;
}
