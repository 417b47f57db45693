// @ts-check
import { reveal } from "../helpers/reveal.js";
import { count } from "../helpers/format.js";
import { MAX_FILE_BYTES, MAX_FILES } from "../model/checked.js";
import { strings } from "../strings.js";

/**
 * @typedef {import("../net/api.js").Source} Source
 * @typedef {import("../net/problem.js").Problem} Problem
 * @typedef {{ text: string, row?: number }} FileProblem  row: the file that is wrong
 */

const words = strings.checkFiles;
/** How the server names what is wrong with the files, e.g. `files.2.content`. */
const OF_FILES = ["files", "path", "content"];

/**
 * What keeps files from being checked; the server has the same bounds.
 * @param {Source[]} files
 * @returns {FileProblem | null}
 */
export function fileProblem(files) {
  if (!files.length) return { text: words.noFiles };
  if (files.length > MAX_FILES) return { text: words.tooMany(MAX_FILES) };
  const row = files.findIndex((file) => new TextEncoder().encode(file.content).length > MAX_FILE_BYTES);
  if (row < 0) return null;
  return { text: words.tooLarge(reveal(files[row].path), `${count(MAX_FILE_BYTES)} bytes`), row };
}

/**
 * What the server says of the files; null where it speaks of something else.
 * @param {Problem} problem
 * @param {Source[]} files
 * @returns {FileProblem | null}
 */
export function refusalOf(problem, files) {
  const [field, number] = problem.field.split(".");
  if (!OF_FILES.includes(field)) return null;
  const text = reveal([problem.message, problem.hint].filter(Boolean).join(" "));
  const row = number ? Number.parseInt(number, 10) : files.findIndex((f) => problem.message.includes(f.path));
  return { text, row };
}
