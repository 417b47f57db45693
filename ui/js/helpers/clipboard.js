// @ts-check

const PATIENCE_MS = 500;

/**
 * Put text on the clipboard. Some windows have the modern way but never answer, so there is a second one.
 * @param {string} text
 * @returns {Promise<boolean>} whether it worked
 */
export async function copyText(text) {
  if (navigator.clipboard && (await settles(navigator.clipboard.writeText(text)))) return true;
  return copyBySelection(text);
}

/**
 * @param {Promise<void>} writing
 * @returns {Promise<boolean>}
 */
function settles(writing) {
  const tooLate = new Promise((resolve) => setTimeout(() => resolve(false), PATIENCE_MS));
  const done = writing.then(
    () => true,
    () => false,
  );
  return /** @type {Promise<boolean>} */ (Promise.race([done, tooLate]));
}

/** @param {string} text */
function copyBySelection(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "off-screen";
  const focused = document.activeElement;
  document.body.append(area);
  area.select();
  const worked = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return worked;
}
