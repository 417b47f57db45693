// @ts-check
/**
 * Small things kept in the browser: this tab's own first, else what any tab kept last. Where storage is
 * switched off or full, nothing is kept.
 */

/** @param {string} key */
export function kept(key) {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key);
  } catch (error) {
    return ifStorage(error, null);
  }
}

/**
 * @param {string} key
 * @param {string | null} value null forgets it
 */
export function keep(key, value) {
  try {
    for (const storage of [sessionStorage, localStorage]) {
      if (value === null) storage.removeItem(key);
      else storage.setItem(key, value);
    }
  } catch (error) {
    ifStorage(error, null);
  }
}

/**
 * @template T
 * @param {unknown} error
 * @param {T} otherwise
 */
function ifStorage(error, otherwise) {
  if (error instanceof DOMException) return otherwise;
  throw error;
}
