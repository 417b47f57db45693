// @ts-check
/**
 * An edit of a version while it is being made: what differs from the version, and nothing else.
 *
 * @typedef {import("../types.js").SourceFile} SourceFile
 * @typedef {{ changed: Record<string, string>, removed: string[] }} Edit  changed: contents by path
 * @typedef {{ path: string, content: string, state: "same" | "changed" | "added" }} EditedFile
 */

/** @returns {Edit} */
export function emptyEdit() {
  return { changed: {}, removed: [] };
}

/** @param {Edit} edit */
export function isEmpty(edit) {
  return changeCount(edit) === 0;
}

/** @param {Edit} edit */
export function changeCount(edit) {
  return Object.keys(edit.changed).length + edit.removed.length;
}

/**
 * The files as edited, in order of their paths.
 * @param {Edit} edit
 * @param {SourceFile[]} base
 * @returns {EditedFile[]}
 */
export function filesOf(edit, base) {
  const kept = base.filter((file) => !edit.removed.includes(file.path));
  const known = new Set(kept.map((file) => file.path));
  const added = Object.keys(edit.changed).filter((path) => !known.has(path));
  return [
    ...kept.map(({ path, content }) => ({
      path,
      content: Object.hasOwn(edit.changed, path) ? edit.changed[path] : content,
      state: /** @type {EditedFile["state"]} */ (Object.hasOwn(edit.changed, path) ? "changed" : "same"),
    })),
    ...added.map((path) => ({ path, content: edit.changed[path], state: /** @type {const} */ ("added") })),
  ].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * @param {Edit} edit
 * @param {SourceFile[]} base
 * @param {string} path
 * @param {string} content
 * @returns {Edit}
 */
export function withFile(edit, base, path, content) {
  const changed = { ...edit.changed, [path]: content };
  if (base.some((file) => file.path === path && file.content === content)) delete changed[path];
  return { changed, removed: edit.removed.filter((other) => other !== path) };
}

/**
 * @param {Edit} edit
 * @param {SourceFile[]} base
 * @param {string} path
 * @returns {Edit}
 */
export function withoutFile(edit, base, path) {
  const changed = { ...edit.changed };
  delete changed[path];
  const removed = edit.removed.filter((other) => other !== path);
  return { changed, removed: base.some((file) => file.path === path) ? [...removed, path] : removed };
}

/**
 * @param {Edit} edit
 * @param {SourceFile[]} base
 * @param {string} from
 * @param {string} to
 * @returns {Edit}
 */
export function renamed(edit, base, from, to) {
  const content = filesOf(edit, base).find((file) => file.path === from)?.content ?? "";
  return withFile(withoutFile(edit, base, from), base, to, content);
}

/**
 * Whether a new name is free; systems that do not tell case apart could not hold both.
 * @param {Edit} edit
 * @param {SourceFile[]} base
 * @param {string} path
 * @param {string} [instead] the path that it replaces
 */
export function isTaken(edit, base, path, instead = "") {
  const wanted = path.toLowerCase();
  return filesOf(edit, base).some((file) => file.path !== instead && file.path.toLowerCase() === wanted);
}

/**
 * An edit from what was stored, e.g. by an older program.
 * @param {string | null} stored JSON; one that is broken counts as none
 * @returns {Edit | null}
 */
export function readEdit(stored) {
  /** @type {any} */
  let read;
  try {
    read = JSON.parse(stored ?? "null");
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  const isText = (/** @type {unknown} */ value) => typeof value === "string";
  const { changed, removed } = read ?? {};
  if (!changed || typeof changed !== "object" || !Object.values(changed).every(isText)) return null;
  return Array.isArray(removed) && removed.every(isText) ? { changed, removed } : null;
}
