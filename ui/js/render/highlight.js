// @ts-check
import { h } from "../helpers/dom.js";
import { REVEALED, reveal } from "../helpers/reveal.js";
import { inIdleTime } from "../helpers/timing.js";
import { codeParts } from "../model/parts.js";

/** Source code as elements, coloured by Prism. Prism only cuts it into tokens; no markup of its making is used. */

const LONGEST = 150_000;
const GRAMMARS = [
  "core",
  "markup",
  "css",
  "clike",
  "javascript",
  "typescript",
  "python",
  "java",
  "go",
  "rust",
  "bash",
  "json",
  "yaml",
  "toml",
  "sql",
];
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
/** @type {Promise<typeof Prism> | undefined} */
let loading;

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
  const prism = await prismReady();
  const name = LANGUAGES.get(language) ?? language;
  const grammar = GRAMMARS.includes(name) && prism.languages[name];
  if (!grammar && !REVEALED.test(text)) return;
  const parts = codeParts(text);
  /** @type {DocumentFragment[]} */
  const painted = [];
  const paintPart = () => {
    const part = parts[painted.length];
    const fragment = document.createDocumentFragment();
    fragment.append(...nodes(grammar ? prism.tokenize(part, grammar) : [part]));
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

/** @returns {Promise<typeof Prism>} */
function prismReady() {
  loading ??= loadGrammars();
  return loading;
}

async function loadGrammars() {
  const page = /** @type {any} */ (window);
  page.Prism = { manual: true, disableWorkerMessageHandler: true };
  await Promise.all(GRAMMARS.map(loadScript));
  return page.Prism;
}

/**
 * Prism's files are classic scripts; `async = false` keeps their order.
 * @param {string} name
 */
function loadScript(name) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `/ui/vendor/prism/${name}.js`;
    script.async = false;
    script.onload = resolve;
    script.onerror = () => reject(new Error(`could not load ${script.src}`));
    document.head.append(script);
  });
}
