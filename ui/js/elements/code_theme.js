// @ts-check
import { HighlightStyle } from "/ui/vendor/codemirror/language.js";
import { tags } from "/ui/vendor/codemirror/lezer-highlight.js";
import { EditorView } from "/ui/vendor/codemirror/view.js";

/** The editor in the page's colours; they are those of css/tokens.css, so light and dark come with them. */

const panelField = {
  background: "var(--ground-high)",
  color: "var(--text)",
  border: "1px solid var(--edge-strong)",
  borderRadius: "var(--radius-small)",
  fontSize: "12.5px",
};

export const editorTheme = EditorView.theme({
  "&": { height: "100%", background: "var(--ground)", color: "var(--text)", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "2px solid var(--focus)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6" },
  ".cm-content": { caretColor: "var(--text)", padding: "8px 0" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { background: "var(--ground)", color: "var(--text-soft)", border: "0" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "36px", padding: "0 12px 0 8px" },
  ".cm-activeLine, .cm-activeLineGutter": { background: "var(--ground-low)" },
  ".cm-activeLineGutter": { color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--blue-soft)",
  },
  ".cm-selectionMatch": { background: "var(--amber-soft)" },
  ".cm-searchMatch": { background: "var(--amber-soft)", outline: "1px solid var(--amber)" },
  ".cm-searchMatch.cm-searchMatch-selected": {
    background: "var(--blue-soft)",
    outline: "1px solid var(--blue)",
  },
  "&.cm-focused .cm-matchingBracket": { background: "var(--green-soft)", outline: "1px solid var(--green)" },
  "&.cm-focused .cm-nonmatchingBracket": { background: "var(--red-soft)", outline: "1px solid var(--red)" },
  ".cm-specialChar": { color: "var(--red)" },
  ".cm-panels": { background: "var(--ground-low)", color: "var(--text)", fontFamily: "var(--font)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--edge)" },
  ".cm-panel.cm-search": { padding: "8px 32px 8px 12px" },
  ".cm-panel.cm-search label": { fontSize: "12.5px" },
  ".cm-panel.cm-search input[type=checkbox]": { accentColor: "var(--ink)" },
  ".cm-panel.cm-search [name=close]": {
    color: "var(--text)",
    width: "24px",
    height: "24px",
    fontSize: "16px",
  },
  ".cm-textfield": { ...panelField, padding: "3px 6px" },
  ".cm-button": { ...panelField, backgroundImage: "none", padding: "3px 8px", cursor: "pointer" },
  ".cm-button:active": { backgroundImage: "none" },
  ".cm-button:hover": { background: "var(--ground-hover)" },
  ".cm-textfield:focus-visible, .cm-button:focus-visible": { outline: "2px solid var(--focus)" },
});

export const highlightStyle = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: "var(--token-comment)" },
  { tag: [tags.keyword, tags.bool, tags.null, tags.self, tags.modifier], color: "var(--token-keyword)" },
  {
    tag: [tags.string, tags.character, tags.regexp, tags.special(tags.string)],
    color: "var(--token-string)",
  },
  { tag: [tags.number, tags.escape], color: "var(--token-number)" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: "var(--token-function)",
  },
  {
    tag: [tags.typeName, tags.className, tags.namespace, tags.annotation, tags.macroName],
    color: "var(--token-type)",
  },
  { tag: tags.invalid, color: "var(--red)" },
]);
