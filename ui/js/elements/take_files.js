// @ts-check
import { strings } from "../strings.js";

/** A paste of at least so many lines into the field is a file rather than a wish. */
const LONG_PASTE = 40;
let pasted = 0;

/**
 * Take files that are dropped anywhere on an element, unless one within takes them.
 * @param {HTMLElement} element
 * @param {(files: File[]) => void} take
 */
export function takeDropped(element, take) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    element.classList.toggle("dropping", !event.defaultPrevented);
    event.preventDefault();
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length || event.defaultPrevented) return;
    event.preventDefault();
    take(files);
  });
}

/**
 * Take files that are pasted into an element.
 * @param {HTMLElement} element
 * @param {HTMLElement | null} field where a long text that is pasted becomes a file
 * @param {(files: File[]) => void} take
 */
export function takePasted(element, field, take) {
  element.addEventListener("paste", (event) => {
    const files = pastedFiles(event, field);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}

/**
 * @param {ClipboardEvent} event
 * @param {HTMLElement | null} field
 * @returns {File[]}
 */
function pastedFiles(event, field) {
  const files = [...(event.clipboardData?.files ?? [])];
  const text = event.clipboardData?.getData("text") ?? "";
  if (files.length || event.target !== field || text.split("\n").length < LONG_PASTE) return files;
  pasted += 1;
  return [new File([text], strings.composer.pasted(pasted))];
}

/** A file dropped beside the mark must not replace the page. */
for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());
