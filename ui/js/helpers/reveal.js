// @ts-check
/**
 * Characters that reorder or hide the text around them, that show nothing at all, and control characters other
 * than tab and newline. Joiners are part of some scripts, and hide only beside Latin letters.
 * An editor or a reviewer would not see them, so they are written out.
 */
const HIDDEN =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}]|(?<=[\x20-\x7e])[\u200c\u200d]|[\u200c\u200d](?=[\x20-\x7e])/gu;

/**
 * Text with its hidden characters made visible, e.g. `[U+202E]`.
 * @param {string} text
 */
export function reveal(text) {
  return text.replace(/\r\n/g, "\n").replace(HIDDEN, (c) => `[U+${code(c)}]`);
}

/** What `reveal` leaves behind, for marking it in code. */
export const REVEALED = /(\[U\+[0-9A-F]{4,5}\])/;

/** @param {string} character */
function code(character) {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
}
