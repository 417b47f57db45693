// @ts-check
import { h, nextId, show } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { framed } from "../helpers/timing.js";
import { GOING, statusOf } from "../model/facts.js";
import { decidable, decidedOn, offered, versionInFocus, versionsOf } from "../model/versions.js";
import { button, iconButton, pending, VERDICT_TONE } from "../render/controls.js";
import { offerOptions } from "../render/field.js";
import { Tabs } from "../render/tabs.js";
import { strings } from "../strings.js";
import { proofCard } from "./proof_card.js";
import { runView } from "./run_view.js";
import { saveBlob } from "./save_blob.js";
import { VersionFiles } from "./version_files.js";
import { versionLabel, versionsList } from "./versions_list.js";

/**
 * @typedef {import("../control/app.js").App} App
 * @typedef {import("../types.js").RunView} RunView
 * @typedef {import("../types.js").Version} Version
 * @typedef {import("./versions_list.js").Deciding} Deciding
 */

const words = strings.artifact;
const CODE = 0;
const CHANGES = 1;
const CHECKS = 2;
const RUN = 3;
const VERSIONS = 4;
const NAMES = [words.code, words.changes, words.checks, strings.run.tab, words.versions];

/** The versions of the session: code, changes and proof of the one in focus or picked, and all of them. */
class ArtifactPane extends HTMLElement {
  /** @type {App} */
  #app = /** @type {App} */ (/** @type {unknown} */ (null));
  /** @type {Version[]} */
  #versions = [];
  /** @type {RunView[]} */
  #runs = [];
  #picked = "";
  #against = "";
  #session = "";
  #focus = "";
  #drawn = "";
  /** @type {import("../types.js").Hit | null} a file of a version, to which the reader is to be taken */
  #sought = null;
  #picker = h("select", { "aria-label": words.version, onchange: () => this.#pick(this.#picker.value) });
  #dot = h("span", { class: "state-dot" });
  #save = button(words.save, () => this.#saveFiles(), { icon: "download", kind: "small" });
  #compare = h("select", {
    id: `compare-${nextId()}`,
    onchange: () => this.#compareWith(this.#compare.value),
  });
  #compareRow = h(
    "div",
    { class: "compare-row" },
    h("label", { for: this.#compare.id }, words.against),
    this.#compare,
  );
  #other = h("div", { class: "other-version", hidden: true });
  #tabs = new Tabs(words.tabs, NAMES, () => this.#draw());
  /** @type {VersionFiles} */
  #files = /** @type {VersionFiles} */ (/** @type {unknown} */ (null));
  #expand = iconButton("chevron", words.expand, () => this.#toggle());

  /** @param {App} app */
  connect(app) {
    this.#app = app;
    this.#files = new VersionFiles(app, this.#tabs.panel, (tab) => {
      this.#drawn = "";
      this.#tabs.select(tab === "code" ? CODE : CHANGES);
    });
    this.setAttribute("role", "region");
    this.setAttribute("aria-label", words.region);
    this.#expand.classList.add("artifact-expand");
    this.#expand.setAttribute("aria-expanded", "false");
    const head = h(
      "div",
      { class: "artifact-head" },
      h("h2", {}, words.heading),
      this.#dot,
      this.#picker,
      this.#save,
      this.#expand,
    );
    this.append(head, this.#other, this.#tabs.list, this.#compareRow, this.#tabs.panel);
    const follow = framed(() => this.#follow());
    app.current.log.watch(follow);
    app.current.loading.watch(follow);
    app.current.chosen.watch(follow);
    app.route.watch(() => (this.#sought = null));
    app.lookedAt.watch((hit) => {
      this.#sought = hit;
      this.#look();
    });
  }

  #follow() {
    const { log, loading } = this.#app.current;
    show(this, loading.value === "ready" || loading.value === "loading");
    const runs = [...(log.value?.runs.values() ?? [])];
    this.#runs = this.#app.current.readOnly ? runs.map((run) => ({ ...run, gate: null })) : runs;
    this.#versions = versionsOf(this.#runs);
    this.#followSession(log.value?.sessionId ?? "");
    const chosen = this.#app.current.chosenAt(this.#runs.at(-1)?.gate);
    const focus = versionInFocus(this.#runs, this.#versions, chosen)?.key ?? "";
    if (focus !== this.#focus || !this.#versions.some((v) => v.key === this.#picked)) {
      this.#picked = this.#files.edited?.key ?? ""; // what is being edited does not vanish
      this.#against = "";
    }
    this.#focus = focus;
    this.#look();
    this.#draw();
  }

  /** @param {string} session its id; empty: none */
  #followSession(session) {
    if (session === this.#session) return;
    this.#session = session;
    this.#files.forget();
  }

  #toggle() {
    const open = this.classList.toggle("expanded");
    this.#expand.setAttribute("aria-expanded", String(open));
    this.#expand.setAttribute("aria-label", open ? words.collapse : words.expand);
  }

  get #shown() {
    return this.#versions.find((v) => v.key === (this.#picked || this.#focus)) ?? null;
  }

  /** @returns {Deciding} */
  get #deciding() {
    const run = this.#runs.at(-1);
    if (!run?.gate) return { offered: null, decided: null, decidable: [] };
    const chosen = this.#app.current.chosenAt(run.gate);
    return {
      offered: offered(run, this.#versions),
      decided: decidedOn(run, this.#versions, chosen),
      decidable: decidable(run, this.#versions),
    };
  }

  get #before() {
    const shown = this.#shown;
    const index = this.#versions.findIndex((v) => v === shown);
    const previous = this.#versions.slice(0, index).findLast((v) => v.kept) ?? null;
    return this.#versions.find((v) => v.key === this.#against && v !== shown) ?? previous;
  }

  /** @param {string} key */
  #pick(key) {
    this.#picked = key;
    this.#against = "";
    this.#draw();
  }

  /** Take the reader to what is sought, once its version is known. */
  #look() {
    const hit = this.#sought;
    const version = hit && this.#versions.find((v) => v.runId === hit.run_id && v.hash === hit.artifact_hash);
    if (!version) return;
    this.#sought = null;
    this.#picked = version.key;
    this.#against = "";
    this.#drawn = "";
    this.#files.choose(version, hit.path, hit.line);
    this.#tabs.select(CODE);
  }

  /** @param {Version} version */
  #decideOn(version) {
    const gate = this.#runs.at(-1)?.gate;
    if (gate) this.#app.current.choose(gate, version.key);
    this.#app.say({ text: strings.decision.chosen(version.version) });
  }

  /** @param {string} key */
  #compareWith(key) {
    this.#against = key;
    this.#draw();
  }

  #draw() {
    const version = this.#shown;
    const evidence = version?.results.map((r) => [r.name, r.status, r.ms]);
    const deciding = this.#deciding;
    const gate = [deciding.offered?.key, deciding.decided?.key];
    const shown = [
      version?.key,
      version?.ready,
      evidence,
      this.#before?.key,
      this.#versions.map(versionLabel),
    ];
    const around = [this.#openGate?.seq, this.#tabs.selected, this.#canSave, this.#ended];
    const state = JSON.stringify([shown, gate, ...around]);
    if (state === this.#drawn) return;
    this.#drawn = state;
    this.#drawHead(version);
    this.#drawOther(version, deciding);
    if (!version) {
      const hint = this.#ended ? words.noneEnded : words.noneHint;
      const empty = [h("p", {}, words.none), h("p", { class: "hint" }, hint)];
      this.#tabs.panel.replaceChildren(h("div", { class: "pane-empty" }, ...empty));
      return;
    }
    this.#drawNotes(version);
    this.#drawPanel(version, deciding);
  }

  /**
   * @param {Version} version
   * @param {Deciding} deciding
   */
  #drawPanel(version, deciding) {
    const { selected, panel } = this.#tabs;
    const shown = { version, gate: this.#openGate, canSave: this.#canSave };
    if (selected === CODE) this.#files.showCode(shown);
    else if (selected === CHANGES) this.#files.showChanges(shown, this.#before);
    else this.#files.leave();
    if (selected === CHECKS) panel.replaceChildren(proofCard(version));
    else if (selected === RUN) panel.replaceChildren(runView(version));
    else if (selected === VERSIONS) this.#drawVersions(version, deciding);
  }

  /** The gate at which a version made from the one shown may be proposed. */
  get #openGate() {
    const run = this.#runs.at(-1);
    return (run?.gate && run.runId === this.#shown?.runId && run.gate) || null;
  }

  /**
   * @param {Version} version
   * @param {Deciding} deciding
   */
  #drawVersions(version, deciding) {
    const { panel } = this.#tabs;
    const focused = panel.contains(document.activeElement) && document.activeElement?.matches("button");
    const actions = {
      look: (/** @type {Version} */ other) => this.#pick(other.key),
      decideOn: (/** @type {Version} */ other) => this.#decideOn(other),
    };
    panel.replaceChildren(versionsList(this.#versions, version, deciding, actions));
    if (focused) /** @type {HTMLElement | null} */ (panel.querySelector("[aria-current]"))?.focus();
  }

  /**
   * Says so where the version shown is not the one that is decided on.
   * @param {Version | null} version
   * @param {Deciding} deciding
   */
  #drawOther(version, { decided, decidable: open }) {
    const other = version !== null && decided !== null && version !== decided && open.includes(version);
    show(this.#other, other);
    this.#other.replaceChildren();
    if (!other) return;
    this.#other.append(
      h("span", {}, words.otherDecided(decided.version)),
      button(words.decideThis, () => this.#decideOn(version), { kind: "small" }),
    );
  }

  /** @param {Version | null} version */
  #drawHead(version) {
    const several = new Set(this.#versions.map((v) => v.runId)).size > 1;
    const options = this.#versions.map((v) => ({
      value: v.key,
      label: several ? `${words.runOption(v.runNumber)} · ${versionLabel(v)}` : versionLabel(v),
    }));
    offerOptions(this.#picker, options, version?.key);
    show(this.#picker, version !== null);
    this.#tabs.show(version !== null);
    show(this.#save, this.#canSave);
    show(this.#compareRow, this.#tabs.selected === CHANGES && this.#versions.length > 1);
    offerOptions(
      this.#compare,
      options.filter((o) => o.value !== version?.key),
      this.#before?.key,
    );
    show(this.#dot, version !== null);
    if (version) this.#dot.dataset.tone = VERDICT_TONE[version.verdict];
  }

  /** @param {Version} version */
  #drawNotes(version) {
    const failed = version.results.filter((r) => r.status === "fail");
    const tone = failed.some((r) => r.required) ? "bad" : "doubtful";
    this.#tabs.setNote(CHECKS, failed.length ? String(failed.length) : "", tone);
    this.#tabs.setNote(CODE, version.files.length > 1 ? String(version.files.length) : "");
    this.#tabs.setNote(VERSIONS, this.#versions.length > 1 ? String(this.#versions.length) : "");
  }

  get #ended() {
    const run = this.#runs.at(-1);
    return run !== undefined && !GOING.includes(statusOf(run));
  }

  get #canSave() {
    const approved = this.#runs.findLast((run) => statusOf(run) === "approved");
    if (this.#app.current.readOnly) return false;
    return approved !== undefined && approved.finished?.data.artifact_hash === this.#shown?.hash;
  }

  #saveFiles() {
    const save = async () => saveBlob(this.#app, await this.#app.current.download(), fileName(this.#app));
    void pending(this.#save, save, (error) => this.#app.sayProblem(error));
  }
}

/** @param {App} app */
function fileName(app) {
  const title = reveal(app.sessions.find(app.current.id)?.title ?? "").replace(/[^\p{L}\p{N}]+/gu, "-");
  return `${title.slice(0, 40).replace(/^-|-$/g, "").toLowerCase() || "files"}.zip`;
}

customElements.define("rt-artifact", ArtifactPane);
