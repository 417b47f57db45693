// @ts-check
import { App } from "./control/app.js";
import { applyLanguage, speakAsChosen } from "./elements/language.js";
import { connect, connectOnDemand } from "./elements/on_demand.js";
import { applyTheme } from "./elements/theme.js";
import { loadAhead } from "./later.js";
import "./elements/announcer.js";
import "./elements/banners.js";
import "./elements/composer.js";
import "./elements/decision.js";
import "./elements/entry.js";
import "./elements/first_run.js";
import "./elements/header.js";
import "./elements/leaving.js";
import "./elements/notice.js";
import "./elements/notifier.js";
import "./elements/rail.js";
import "./elements/shortcuts.js";
import "./elements/skip_link.js";
import "./elements/timeline.js";
import "./elements/turn_actions.js";

applyLanguage();
applyTheme();
const app = new App();
app.keeping.watch((known) => {
  if (!known || !app.cameIn) return;
  applyTheme();
  speakAsChosen();
});
for (const element of document.querySelectorAll("*")) connect(app, element);
connectOnDemand(app);
void app.start().then(loadAhead);
