// @ts-check
/** Long texts in parts that can be read by themselves, so that no part takes the page long. */

/** Characters; a part ends at the first good place after so many. */
const PART = 8000;
/** A part ends after so many wherever a line ends, whatever it cuts through. */
const LONGEST = 4 * PART;
const FENCE = /^ {0,3}(`{3,}|~{3,})/;

/**
 * Markdown, cut at empty lines outside of fenced code. Put together again the parts are the text.
 * @param {string} text
 * @returns {string[]}
 */
export function proseParts(text) {
  let fence = "";
  return cut(text, (line) => {
    const mark = FENCE.exec(line)?.[1] ?? "";
    if (!fence) fence = mark;
    else if (mark.startsWith(fence) && line.trim() === mark) fence = "";
    return !fence && line.trim() === "";
  });
}

/**
 * Source code, cut before lines that are not indented and follow an empty one.
 * @param {string} code
 * @returns {string[]}
 */
export function codeParts(code) {
  return cut(code, (line, next) => line.trim() === "" && /^\S/.test(next));
}

/**
 * @param {string} text
 * @param {(line: string, next: string) => boolean} ends  whether a part may end with this line; asked of each
 */
function cut(text, ends) {
  if (text.length <= PART) return [text];
  const lines = text.split(/(?<=\n)/);
  /** @type {string[]} */
  const parts = [];
  let part = "";
  lines.forEach((line, index) => {
    part += line;
    const may = ends(line, lines[index + 1] ?? "");
    if ((may && part.length >= PART) || part.length >= LONGEST) {
      parts.push(part);
      part = "";
    }
  });
  return part ? [...parts, part] : parts;
}
