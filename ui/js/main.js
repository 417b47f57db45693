// @ts-check
import { App } from "./control/app.js";
import { applyTheme } from "./elements/theme.js";
import "./elements/announcer.js";
import "./elements/artifact.js";
import "./elements/banners.js";
import "./elements/check_view.js";
import "./elements/composer.js";
import "./elements/decision.js";
import "./elements/entry.js";
import "./elements/header.js";
import "./elements/notice.js";
import "./elements/rail.js";
import "./elements/settings.js";
import "./elements/shortcuts.js";
import "./elements/timeline.js";

applyTheme();
const app = new App();
for (const element of document.querySelectorAll("*")) {
  if ("connect" in element)
    /** @type {{ connect(app: App): void }} */ (/** @type {unknown} */ (element)).connect(app);
}
void app.start();
