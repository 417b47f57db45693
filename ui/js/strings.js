// @ts-check
import { english } from "./strings/en.js";

/** Every word of the page, in the language that the user reads. */
export const strings = english;
