// @ts-check
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { findingsAt } from "../model/findings.js";
import { ofHash, versionsOf } from "../model/versions.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").TurnView} TurnView
 */

const words = strings.timeline;

/**
 * What a turn of user_proxy does not say: on which version, against which doubts, and with which findings
 * accepted. Empty where no person decided.
 * @param {RunView} run
 * @param {TurnView} turn
 * @returns {HTMLElement[]}
 */
export function decisionRecord(run, turn) {
  const decision = run.decisions.findLast((event) => event.turn === turn.turn - 1);
  if (!decision || decision.data.decision === "edit") return [];
  const { artifact_hash: hash, override, confirmed = [] } = decision.data;
  const version = ofHash(versionsOf([run]), run.runId, hash);
  const accepted = findingsAt(version?.results ?? [], "ask").filter((found) => confirmed.includes(found.id));
  const lines = [version && words.decidedOn(version.version), override && words.overridden].filter(Boolean);
  return [
    ...(lines.length ? [h("p", { class: "hint" }, lines.join(" "))] : []),
    ...(accepted.length
      ? [h("p", { class: "hint" }, words.accepted(accepted.length)), h("ul", {}, ...accepted.map(item))]
      : []),
  ];
}

/** @param {import("../types.js").Finding} found */
function item({ path, line, text, cwe }) {
  const place = path && h("code", {}, reveal(strings.checks.line(path, line)));
  return h("li", {}, place, ` ${reveal(text)}${cwe && ` (${reveal(cwe)})`}`);
}
