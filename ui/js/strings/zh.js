// @ts-check
import { announce } from "./zh/announce.js";
import { artifact } from "./zh/artifact.js";
import { calls } from "./zh/calls.js";
import { checkFiles } from "./zh/check_files.js";
import { checks } from "./zh/checks.js";
import { composer } from "./zh/composer.js";
import { config } from "./zh/config.js";
import { connection } from "./zh/connection.js";
import { decision } from "./zh/decision.js";
import { edit } from "./zh/edit.js";
import { drafting } from "./zh/drafting.js";
import { end } from "./zh/end.js";
import { entry } from "./zh/entry.js";
import { exporting } from "./zh/exporting.js";
import { find } from "./zh/find.js";
import { exam } from "./zh/exam.js";
import { firstRun } from "./zh/first_run.js";
import { header } from "./zh/header.js";
import { language } from "./zh/language.js";
import { leaving } from "./zh/leaving.js";
import { models } from "./zh/models.js";
import { notify } from "./zh/notify.js";
import { problem } from "./zh/problem.js";
import { proof } from "./zh/proof.js";
import { rail } from "./zh/rail.js";
import { replay } from "./zh/replay.js";
import { run } from "./zh/run.js";
import { settings } from "./zh/settings.js";
import { shortcuts } from "./zh/shortcuts.js";
import { status } from "./zh/status.js";
import { steering } from "./zh/steering.js";
import { timeline } from "./zh/timeline.js";
import { verdict } from "./zh/verdict.js";

/**
 * Every word of the page in Simplified Chinese. The fixed accessible names stay English: see names.js.
 * @type {typeof import("./en.js").english}
 */
export const chinese = {
  product: "Roundtable",
  automatic: "自动",
  title: (waiting, session) => `${waiting ? `(${waiting}) ` : ""}${session ? `${session} – ` : ""}Roundtable`,
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
