// @ts-check
import { strings } from "../strings.js";

/** A paste of at least so many lines into the field is a file rather than a wish. */
const LONG_PASTE = 40;
let pasted = 0;

/**
 * Take files that are dropped anywhere on an element or pasted into it.
 * @param {HTMLElement} element
 * @param {HTMLElement} field where a long text that is pasted becomes a file
 * @param {(files: File[]) => void} take
 */
export function takeFiles(element, field, take) {
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.add("dropping");
  });
  element.addEventListener("dragleave", () => element.classList.remove("dropping"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("dropping");
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
  element.addEventListener("paste", (event) => {
    const files = pastedFiles(event, field);
    if (!files.length) return;
    event.preventDefault();
    take(files);
  });
}

/**
 * @param {ClipboardEvent} event
 * @param {HTMLElement} field
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
