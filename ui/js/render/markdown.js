// @ts-check
import { Marked } from "/ui/vendor/marked.esm.js";
import DOMPurify from "/ui/vendor/purify.es.js";
import { h } from "../helpers/dom.js";
import { reveal } from "../helpers/reveal.js";
import { strings } from "../strings.js";
import { codeBlock } from "./code_block.js";

/**
 * A message of a model as elements. It is hostile input: raw HTML is shown as text, nothing remote is loaded,
 * and what is left passes DOMPurify with a short list of allowed elements.
 *
 * @typedef {import("/ui/vendor/marked.esm.js").Token} Token
 */

const HEADING_OFFSET = 3;
const ALLOWED = {
  ALLOWED_TAGS: [
    "p",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "del",
    "code",
    "pre",
    "blockquote",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "a",
    "br",
    "hr",
  ],
  ALLOWED_ATTR: ["href", "start"],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};

const marked = new Marked({
  gfm: true,
  renderer: {
    html: (token) => escaped(token.text),
    image: (token) => escaped(strings.timeline.imageDropped(token.text)),
    checkbox: (token) => (token.checked ? "[x] " : "[ ] "),
  },
  walkTokens: (token) => {
    if (token.type === "heading") token.depth = Math.min(token.depth + HEADING_OFFSET, 6);
  },
});

/**
 * @param {string} text
 * @returns {Node[]}
 */
export function markdown(text) {
  const tokens = marked.lexer(reveal(text));
  marked.walkTokens(tokens, marked.defaults.walkTokens ?? (() => undefined));
  /** @type {Node[]} */
  const shown = [];
  /** @type {Token[]} */
  let prose = [];
  const flush = () => {
    if (prose.length) shown.push(cleaned(marked.parser(prose)));
    prose = [];
  };
  for (const token of tokens) {
    if (token.type !== "code") {
      prose.push(token);
      continue;
    }
    flush();
    shown.push(fenced(token.lang ?? "", token.text));
  }
  flush();
  return shown;
}

/**
 * @param {string} info language, then a path
 * @param {string} code
 */
function fenced(info, code) {
  const [language = "", ...path] = info.trim().split(/\s+/);
  return codeBlock(code, language.toLowerCase(), path.join(" "));
}

/** @param {string} html */
function cleaned(html) {
  const fragment = /** @type {DocumentFragment} */ (
    /** @type {unknown} */ (DOMPurify.sanitize(html, ALLOWED))
  );
  fragment.querySelectorAll("a").forEach(showLink);
  fragment.querySelectorAll("table").forEach((table) => {
    const scroller = h("div", { class: "table-scroller", tabindex: 0 });
    table.replaceWith(scroller);
    scroller.append(table);
  });
  return fragment;
}

/**
 * A link says where it leads and opens outside of this window; one that is not to the web is only text.
 * @param {HTMLAnchorElement} link
 */
function showLink(link) {
  const target = URL.canParse(link.href) ? new URL(link.href) : null;
  if (
    !target ||
    !["http:", "https:"].includes(target.protocol) ||
    !link.getAttribute("href")?.startsWith("http")
  ) {
    link.replaceWith(...link.childNodes);
    return;
  }
  link.rel = "noopener noreferrer nofollow";
  link.target = "_blank";
  if (!link.textContent?.includes(target.host)) link.append(` (${target.host})`);
}

/** @param {string} text */
function escaped(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
