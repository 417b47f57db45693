// @ts-check
import { strings } from "../strings.js";
import { Problem } from "./problem.js";

const words = strings.problem;
/** @type {Map<string, Promise<void>>} style sheets that were asked for, by name */
const sheets = new Map();

/**
 * A part of the page that is loaded when it is first wanted; see later.js.
 * @template T
 */
export class Later {
  /** @type {T | null} what was loaded; null before that */
  loaded = null;
  /** @type {Promise<T> | null} */
  #loading = null;
  #load;
  #sheets;

  /**
   * @param {() => Promise<T>} load  imports it
   * @param {string[]} names  of the style sheets that nothing else needs
   */
  constructor(load, ...names) {
    this.#load = load;
    this.#sheets = names;
  }

  /** Raises Problem where it cannot be had; the next call tries it anew then. */
  load() {
    this.#loading ??= this.#fetch();
    return this.#loading;
  }

  async #fetch() {
    try {
      const [loaded] = await Promise.all([this.#load(), ...this.#sheets.map(addSheet)]);
      this.loaded = loaded;
      return loaded;
    } catch (error) {
      this.#loading = null;
      const facts = { kind: "unavailable", message: words.part, hint: words.partHint, retryable: true };
      throw Object.assign(new Problem(facts, 0), { cause: error });
    }
  }
}

/** @param {string} name */
function addSheet(name) {
  const known = sheets.get(name);
  if (known) return known;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`../../css/${name}.css`, import.meta.url).href;
  const asked = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      sheets.delete(name);
      link.remove();
      reject(new Error(`could not load ${link.href}`));
    });
  });
  sheets.set(name, asked);
  document.head.append(link);
  return asked;
}
