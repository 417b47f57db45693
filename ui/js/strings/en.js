// @ts-check
import { announce } from "./en/announce.js";
import { artifact } from "./en/artifact.js";
import { calls } from "./en/calls.js";
import { checkFiles } from "./en/check_files.js";
import { checks } from "./en/checks.js";
import { composer } from "./en/composer.js";
import { config } from "./en/config.js";
import { connection } from "./en/connection.js";
import { decision } from "./en/decision.js";
import { edit } from "./en/edit.js";
import { drafting } from "./en/drafting.js";
import { end } from "./en/end.js";
import { entry } from "./en/entry.js";
import { exporting } from "./en/exporting.js";
import { find } from "./en/find.js";
import { exam } from "./en/exam.js";
import { firstRun } from "./en/first_run.js";
import { header } from "./en/header.js";
import { language } from "./en/language.js";
import { leaving } from "./en/leaving.js";
import { models } from "./en/models.js";
import { notify } from "./en/notify.js";
import { problem } from "./en/problem.js";
import { proof } from "./en/proof.js";
import { rail } from "./en/rail.js";
import { replay } from "./en/replay.js";
import { run } from "./en/run.js";
import { settings } from "./en/settings.js";
import { shortcuts } from "./en/shortcuts.js";
import { status } from "./en/status.js";
import { steering } from "./en/steering.js";
import { timeline } from "./en/timeline.js";
import { verdict } from "./en/verdict.js";

/** Every word of the page in English; the other languages have the same shape. */
export const english = {
  product: "Roundtable",
  automatic: "automatic",
  title: (/** @type {number} */ waiting, /** @type {string} */ session) =>
    `${waiting ? `(${waiting}) ` : ""}${session ? `${session} – ` : ""}Roundtable`,
  announce,
  artifact,
  calls,
  checkFiles,
  checks,
  composer,
  config,
  connection,
  decision,
  edit,
  drafting,
  end,
  entry,
  exporting,
  find,
  exam,
  firstRun,
  header,
  language,
  leaving,
  models,
  notify,
  problem,
  proof,
  rail,
  replay,
  run,
  settings,
  shortcuts,
  status,
  steering,
  timeline,
  verdict,
};
