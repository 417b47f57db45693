// @ts-check
/**
 * The editor for code, loaded when it is first needed. It stands in a shadow root, where its styles are
 * constructed sheets: the page's policy allows no style elements.
 */
import { h, nextId } from "../helpers/dom.js";
import { languageOf } from "../render/highlight.js";
import { strings } from "../strings.js";
import { closeBrackets } from "/ui/vendor/codemirror/autocomplete.js";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "/ui/vendor/codemirror/commands.js";
import {
  bracketMatching,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "/ui/vendor/codemirror/language.js";
import { highlightSelectionMatches, search, searchKeymap } from "/ui/vendor/codemirror/search.js";
import { EditorState } from "/ui/vendor/codemirror/state.js";
import * as view from "/ui/vendor/codemirror/view.js";
import { editorTheme, highlightStyle } from "./code_theme.js";

const words = strings.edit;
const { EditorView, keymap } = view;

/** @type {Record<string, () => Promise<import("/ui/vendor/codemirror/language.js").LanguageSupport>>} */
const LANGUAGES = {
  py: async () => (await import("/ui/vendor/codemirror/lang-python.js")).python(),
  js: async () => (await import("/ui/vendor/codemirror/lang-javascript.js")).javascript(),
  java: async () => (await import("/ui/vendor/codemirror/lang-java.js")).java(),
  go: async () => (await import("/ui/vendor/codemirror/lang-go.js")).go(),
  rs: async () => (await import("/ui/vendor/codemirror/lang-rust.js")).rust(),
};
/** Characters that hide or reorder text, beyond those that the editor marks by itself. */
const HIDDEN = /[\u061c\u200b\u2028-\u202e\u2060-\u206f\ufeff]/g;
/** @type {Record<string, string>} */
const SAME = { mjs: "js", cjs: "js" };
/** @type {Record<string, string>} */
const UNITS = { js: "  ", mjs: "  ", cjs: "  ", go: "\t" };

/** Edits one file at a time; each keeps its own history. */
export class CodeEditor {
  #host = h("div", { class: "code-editor", id: `editor-${nextId()}`, "data-typing": true });
  #view;
  /** @type {Map<string, import("/ui/vendor/codemirror/state.js").EditorState>} */
  #states = new Map();
  #path = "";
  #changed;

  /** @param {(path: string, content: string) => void} changed */
  constructor(changed) {
    this.#changed = changed;
    const root = this.#host.attachShadow({ mode: "open" });
    this.#view = new EditorView({ root, parent: root });
  }

  get element() {
    return this.#host;
  }

  /**
   * Show a file.
   * @param {string} path
   * @param {string} content
   */
  async open(path, content) {
    if (this.#path) this.#states.set(this.#path, this.#view.state);
    this.#path = path;
    const known = this.#states.get(path);
    if (known && textOf(known) === content) {
      this.#view.setState(known);
      return;
    }
    const state = await this.#stateOf(path, content);
    if (path === this.#path) this.#view.setState(state);
  }

  /**
   * A file has another name; its history goes with it.
   * @param {string} path
   */
  forget(path) {
    this.#states.delete(path);
    if (path === this.#path) this.#path = "";
  }

  focus() {
    this.#view.focus();
  }

  destroy() {
    this.#view.destroy();
  }

  /**
   * @param {string} path
   * @param {string} content
   */
  async #stateOf(path, content) {
    const extension = languageOf(path);
    const language = await LANGUAGES[SAME[extension] ?? extension]?.();
    return EditorState.create({
      doc: content,
      extensions: [
        ...common(),
        EditorState.lineSeparator.of(lineBreak(content)),
        indentUnit.of(content.match(/^(\t| {2,8})(?=\S)/m)?.[1] ?? UNITS[extension] ?? "    "),
        EditorView.contentAttributes.of({
          "aria-label": words.editorOf(path),
          spellcheck: "false",
          tabindex: "0",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#changed(path, textOf(update.state));
        }),
        language ?? [],
      ],
    });
  }
}

function common() {
  return [
    view.lineNumbers(),
    view.highlightActiveLineGutter(),
    view.highlightSpecialChars({ addSpecialChars: HIDDEN }),
    view.drawSelection(),
    view.dropCursor(),
    view.highlightActiveLine(),
    history(),
    EditorState.allowMultipleSelections.of(true),
    EditorState.phrases.of(words.phrases),
    EditorState.tabSize.of(4),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches(),
    search({ top: true }),
    editorTheme,
    syntaxHighlighting(highlightStyle),
    keymap.of([...defaultKeymap, ...searchKeymap, ...historyKeymap, indentWithTab]),
  ];
}

/**
 * What is not touched keeps its bytes: only a file that ends every line alike has its line breaks taken apart.
 * @param {string} content
 */
function lineBreak(content) {
  const all = content.match(/\r\n|\r|\n/g) ?? [];
  return all.length && all.every((found) => found === "\r\n") ? "\r\n" : "\n";
}

/** @param {import("/ui/vendor/codemirror/state.js").EditorState} state */
function textOf(state) {
  return state.doc.sliceString(0, undefined, state.lineBreak);
}
