// @ts-check
import { h } from "../helpers/dom.js";
import { REVEALED, reveal } from "../helpers/reveal.js";
import { inIdleTime } from "../helpers/timing.js";
import { codeParts } from "../model/parts.js";

/** Source code as elements, coloured by Prism. Prism only cuts it into tokens; no markup of its making is used. */

const LONGEST = 150_000;
/** The files of each grammar, in their order: it is written on top of others, and markup takes in two. */
const GRAMMARS = new Map(
  Object.entries({
    bash: ["bash"],
    css: ["markup", "css"],
    go: ["clike", "go"],
    java: ["clike", "java"],
    javascript: ["markup", "clike", "javascript"],
    json: ["json"],
    markup: ["markup", "css", "clike", "javascript"],
    python: ["python"],
    rust: ["rust"],
    sql: ["sql"],
    toml: ["toml"],
    typescript: ["markup", "clike", "javascript", "typescript"],
    yaml: ["yaml"],
  }),
);
const LANGUAGES = new Map(
  Object.entries({
    py: "python",
    js: "javascript",
    mjs: "javascript",
    ts: "typescript",
    rs: "rust",
    sh: "bash",
    shell: "bash",
    yml: "yaml",
    html: "markup",
    xml: "markup",
    svg: "markup",
    golang: "go",
  }),
);
/** @type {Map<string, Promise<boolean>>} whether Prism's files that were asked for could be had, by name */
const scripts = new Map();

/**
 * Put code into an element, at once without colours and with them as soon as they can be had.
 * @param {HTMLElement} into
 * @param {string} source
 * @param {string} language a language's name or a file's extension
 */
export async function paintCode(into, source, language) {
  const text = reveal(source);
  into.replaceChildren(text);
  if (text.length > LONGEST) return;
  const tokens = await tokenizer(LANGUAGES.get(language) ?? language);
  if (!tokens && !REVEALED.test(text)) return;
  const parts = codeParts(text);
  /** @type {DocumentFragment[]} */
  const painted = [];
  const paintPart = () => {
    const part = parts[painted.length];
    const fragment = document.createDocumentFragment();
    fragment.append(...nodes(tokens?.(part) ?? [part]));
    painted.push(fragment);
    if (painted.length === parts.length) into.replaceChildren(...painted);
    return painted.length < parts.length;
  };
  if (parts.length === 1) paintPart();
  else inIdleTime(paintPart);
}

/** @param {string} path */
export function languageOf(path) {
  return path.slice(path.lastIndexOf(".") + 1).toLowerCase();
}

/**
 * @param {(string | Prism.Token)[]} tokens
 * @returns {(Node | string)[]}
 */
function nodes(tokens) {
  return tokens.flatMap((token) => {
    if (typeof token === "string") return token.split(REVEALED).map(marked);
    const alias = [token.alias ?? []].flat();
    const content = Array.isArray(token.content) ? token.content : [token.content];
    return h("span", { class: ["token", token.type, ...alias].join(" ") }, ...nodes(content));
  });
}

/** @param {string} piece */
function marked(piece) {
  return REVEALED.test(piece) ? h("span", { class: "hidden-character" }, piece) : piece;
}

/**
 * Cuts code of a language into tokens; null where there is no grammar for it or it cannot be loaded now.
 * @param {string} name
 * @returns {Promise<((code: string) => (string | Prism.Token)[]) | null>}
 */
async function tokenizer(name) {
  const files = GRAMMARS.get(name);
  if (!files) return null;
  const page = /** @type {any} */ (window);
  page.Prism ??= { manual: true, disableWorkerMessageHandler: true };
  // Each needs those before it; one that ran without them would count as loaded for good.
  for (const file of ["core", ...files]) if (!(await loadScript(file))) return null;
  const grammar = page.Prism.languages[name];
  return grammar ? (code) => page.Prism.tokenize(code, grammar) : null;
}

/**
 * Whether one of Prism's files, which are classic scripts, could be loaded.
 * @param {string} name
 */
function loadScript(name) {
  const known = scripts.get(name);
  if (known) return known;
  const script = document.createElement("script");
  script.src = `/ui/vendor/prism/${name}.js`;
  const asked = new Promise((/** @type {(had: boolean) => void} */ resolve) => {
    script.onload = () => resolve(true);
    script.onerror = () => {
      scripts.delete(name);
      script.remove();
      resolve(false);
    };
  });
  scripts.set(name, asked);
  document.head.append(script);
  return asked;
}
