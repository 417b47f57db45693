// @ts-check
import { loadWords } from "./strings.js";

void loadWords().then(() => import("./page.js"));
