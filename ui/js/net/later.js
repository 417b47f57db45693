// @ts-check
import { strings } from "../strings.js";
import { Problem } from "./problem.js";

const words = strings.problem;
/** Each engine says another sentence where a module cannot be had; "module" is in all of them. */
const NO_MODULE = /\bmodule\b/i;
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
  #failedBefore = false;
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

  /**
   * Raises Problem where it cannot be had; the next call asks for it anew then. What it raises itself is raised
   * as it is.
   */
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
      if (!wasNotHad(error)) throw error;
      const missing = new MissingPart(error, this.#failedBefore);
      this.#failedBefore = true;
      throw missing;
    }
  }
}

/**
 * What "Try again" does after a failure. Some engines keep a failed import for as long as the page stays; so a
 * part that could not be had twice is asked for with the whole page.
 * @param {unknown} error
 * @param {() => void} again
 */
export function retryOf(error, again) {
  return error instanceof MissingPart && error.again ? () => location.reload() : again;
}

class MissingPart extends Problem {
  /**
   * @param {unknown} cause
   * @param {boolean} again  not for the first time
   */
  constructor(cause, again) {
    const hint = again ? words.partReload : words.partHint;
    super({ kind: "unavailable", message: words.part, hint, retryable: true }, 0);
    this.cause = cause;
    this.again = again;
  }
}

class MissingSheet extends Error {}

/** @param {unknown} error */
function wasNotHad(error) {
  return error instanceof MissingSheet || (error instanceof TypeError && NO_MODULE.test(error.message));
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
      reject(new MissingSheet(`could not load ${link.href}`));
    });
  });
  sheets.set(name, asked);
  document.head.append(link);
  return asked;
}
