// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { languageFor, tagOf } from "../../ui/js/helpers/language.js";
import * as english from "../../ui/js/strings/en.js";
import { namesOf, unseen } from "../../ui/js/strings/names.js";
import * as chinese from "../../ui/js/strings/zh.js";

/**
 * Every word by its path, e.g. `rail.age.today`.
 * @param {object} words
 * @param {string} at
 * @returns {[string, unknown][]}
 */
const leaves = (words, at = "") =>
  Object.entries(words).flatMap(([name, value]) =>
    typeof value === "object" ? leaves(value, `${at}${name}.`) : [[at + name, value]],
  );

const texts = { en: new Map(leaves(english)), zh: new Map(leaves(chinese)) };
/** Words that are the same in Chinese: names, keys, and figures with their units. */
const SAME =
  /^(product|title|header\.rateValue|calls\.rate|(drafting|exam)\.tokens|config\.topP|exporting\.formats\..*\.name|firstRun\.ollama|composer\.(pasted|languages\..*)|language\.names\..*|.*\.shortcut)$/;
/** What a word says by itself, without the values that it is given. */
const literal = (/** @type {unknown} */ word) =>
  typeof word === "string"
    ? word
    : [...String(word).matchAll(/"([^"]*)"|`([^`]*)`/g)]
        .map(([, plain = "", template = ""]) => plain + template.replace(/\$\{[^}]*\}/g, " "))
        .join(" ");

test("both languages have the same words, with the same arguments", () => {
  // What a library or the server says in English by itself is empty in the English table.
  const ours = [...texts.zh.keys()].filter((path) => !/^(edit\.phrases|problem\.kinds|server\.\w+)\./.test(path));
  assert.deepEqual(ours.sort(), [...texts.en.keys()].sort());
  for (const [path, word] of texts.en) {
    const other = texts.zh.get(path);
    assert.equal(typeof other, typeof word, path);
    if (typeof word === "function") assert.equal(/** @type {any} */ (other).length, word.length, path);
  }
});

test("a word is only empty where it is so in both languages", () => {
  for (const [path, word] of texts.en) assert.equal(texts.zh.get(path) === "", word === "", path);
});

test("nothing is left untranslated", () => {
  const fixed = new Set(unseen(english));
  const left = [...texts.en].filter(
    ([path, word]) =>
      /[a-z]{3}/i.test(literal(word)) &&
      !/\p{Script=Han}/u.test(String(texts.zh.get(path))) &&
      !SAME.test(path) &&
      !fixed.has(String(word)),
  );
  assert.deepEqual(
    left.map(([path]) => path),
    [],
  );
});

test("fixed names are told apart, and those that nobody sees are English", () => {
  assert.equal(namesOf(chinese).size, namesOf(english).size);
  assert.deepEqual(unseen(chinese), unseen(english));
});

test("the reader's language: chosen, else the browser's first that the page speaks, else English", () => {
  assert.equal(languageFor(null, ["de-DE", "zh-CN", "en"]), "zh");
  assert.equal(languageFor("en", ["zh-CN"]), "en");
  assert.equal(languageFor(null, ["fr"]), "en");
  assert.equal(tagOf("en", ["zh-CN", "en-GB"]), "en-GB");
  assert.equal(tagOf("zh", ["zh-TW"]), "zh-Hans");
});
