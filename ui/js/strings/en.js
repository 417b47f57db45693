// @ts-check
import { announce } from "./en/announce.js";
import { artifact } from "./en/artifact.js";
import { checkFiles } from "./en/check_files.js";
import { checks } from "./en/checks.js";
import { composer } from "./en/composer.js";
import { connection } from "./en/connection.js";
import { decision } from "./en/decision.js";
import { end } from "./en/end.js";
import { entry } from "./en/entry.js";
import { header } from "./en/header.js";
import { problem } from "./en/problem.js";
import { proof } from "./en/proof.js";
import { rail } from "./en/rail.js";
import { settings } from "./en/settings.js";
import { status } from "./en/status.js";
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
  checkFiles,
  checks,
  composer,
  connection,
  decision,
  end,
  entry,
  header,
  problem,
  proof,
  rail,
  settings,
  status,
  timeline,
  verdict,
};
