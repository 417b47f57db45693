// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { findingsAt } from "../model/findings.js";
import { AGREEMENT, exampleCount, isBlocked } from "../model/report.js";
import { badge, button, VERDICT_TONE } from "../render/controls.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").Version} Version
 *
 * @typedef {object} Deciding  how things stand at the gate
 * @property {Version | null} offered
 * @property {Version | null} decided  the one that the user decides on
 * @property {Version[]} decidable
 */

const words = strings.artifact;

/**
 * All versions, the newest first, with what became of each.
 * @param {Version[]} versions
 * @param {Version} shown
 * @param {Deciding} deciding
 * @param {{ look(version: Version): void, decideOn(version: Version): void }} actions
 */
export function versionsList(versions, shown, deciding, actions) {
  const several = new Set(versions.map((version) => version.runId)).size > 1;
  const rows = versions.toReversed().map((version) => {
    const title = several ? `${words.runOption(version.runNumber)} · ` : "";
    const other = deciding.decided && version !== deciding.decided && deciding.decidable.includes(version);
    return h(
      "li",
      { class: "version-row" },
      h(
        "button",
        {
          type: "button",
          class: "version-look row-button",
          "aria-current": version === shown && "true",
          onclick: () => actions.look(version),
        },
        h("strong", {}, `${title}${words.version} ${version.version}`),
        badge(strings.verdict[version.verdict], VERDICT_TONE[version.verdict]),
        version === deciding.offered && badge(words.offered, "idle"),
        version === deciding.decided && badge(words.decidedOn, "waiting"),
        h("span", { class: "hint version-facts" }, reveal(facts(version))),
        version.reason && h("span", { class: "version-why" }, fateOf(version)),
      ),
      other && button(words.decideThis, () => actions.decideOn(version), { kind: "small" }),
    );
  });
  return h("ul", { class: "versions-list" }, ...rows);
}

/**
 * A version in one line, as in a menu.
 * @param {Version} version
 */
export function versionLabel(version) {
  const label = words.option(version.version, strings.verdict[version.verdict]);
  return version.kept ? label : words.optionNotKept(label);
}

/** @param {Version} version */
function facts(version) {
  const { executed, passed } = exampleCount(version.results.filter((r) => r.name !== AGREEMENT));
  const asked = findingsAt(version.results, "ask").length;
  const told = [
    version.agent,
    executed && words.held(passed, executed),
    isBlocked(version.results) && words.blocked,
    asked && words.toAccept(asked),
  ];
  return told.filter(Boolean).join(" · ");
}

/**
 * Why a version became the best one or did not; empty where there is nothing to say.
 * @param {Version} version
 */
export function fateOf(version) {
  const reason = reveal(version.reason.replace(/^rejected: /, ""));
  return version.kept || !reason ? reason : `${strings.proof.notKept} ${reason}`;
}
