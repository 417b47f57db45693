// @ts-check
import { inIdleTime } from "./helpers/timing.js";
import { Later } from "./net/later.js";
import { Problem } from "./net/problem.js";

/** What the first look at the page does not need. */

export const artifact = new Later(() => import("./elements/artifact.js"), "code", "run");
export const calls = new Later(() => import("./elements/call_inspector.js"));
export const changes = new Later(() => import("./elements/changes_view.js"), "changes");
export const checkFiles = new Later(() => import("./elements/check_view.js"), "check");
export const codeEditor = new Later(() => import("./elements/code_editor.js"));
export const editing = new Later(() => import("./elements/edit_view.js"), "edit");
export const exporting = new Later(() => import("./elements/export_dialog.js"));
export const markdown = new Later(() => import("./render/markdown.js"), "code");
export const models = new Later(() => import("./elements/models.js"), "exam");
export const place = new Later(() => import("./elements/place.js"));
export const replay = new Later(() => import("./elements/replay_view.js"), "replay");
export const settings = new Later(() => import("./elements/settings.js"));

/**
 * What nearly every session and many first minutes need: loaded once the page has nothing more urgent to do, so
 * that it is there at once when it is wanted. The rest either needs the server anyway when it is used, or is large.
 */
const LIKELY = [markdown, artifact, changes, editing, settings];

/** Load what is likely wanted next; what cannot be had now is tried again when it is wanted. */
export function loadAhead() {
  inIdleTime(() => {
    void ahead();
    return false;
  });
}

async function ahead() {
  for (const part of LIKELY) {
    try {
      await part.load();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}
