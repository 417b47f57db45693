// @ts-check
import { App } from "./control/app.js";
import { applyLanguage } from "./elements/language.js";
import { applyTheme } from "./elements/theme.js";
import "./elements/announcer.js";
import "./elements/artifact.js";
import "./elements/banners.js";
import "./elements/call_inspector.js";
import "./elements/check_view.js";
import "./elements/composer.js";
import "./elements/decision.js";
import "./elements/entry.js";
import "./elements/first_run.js";
import "./elements/export_dialog.js";
import "./elements/header.js";
import "./elements/leaving.js";
import "./elements/model_exam.js";
import "./elements/models.js";
import "./elements/notice.js";
import "./elements/notifier.js";
import "./elements/place.js";
import "./elements/rail.js";
import "./elements/replay_view.js";
import "./elements/settings.js";
import "./elements/shortcuts.js";
import "./elements/skip_link.js";
import "./elements/timeline.js";
import "./elements/turn_actions.js";

applyLanguage();
applyTheme();
const app = new App();
for (const element of document.querySelectorAll("*")) {
  if ("connect" in element)
    /** @type {{ connect(app: App): void }} */ (/** @type {unknown} */ (element)).connect(app);
}
void app.start();
