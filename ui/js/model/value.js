// @ts-check

/**
 * One observable value.
 * @template T
 */
export class Value {
  /** @type {Set<(value: T) => void>} */
  #readers = new Set();

  /** @param {T} value */
  constructor(value) {
    this.value = value;
  }

  /** @param {T} value */
  set(value) {
    this.value = value;
    for (const reader of [...this.#readers]) reader(value);
  }

  /** Tell the readers again after a change inside the value. */
  touch() {
    this.set(this.value);
  }

  /**
   * Call `reader` now and at each change.
   * @param {(value: T) => void} reader
   */
  watch(reader) {
    this.#readers.add(reader);
    reader(this.value);
    return () => this.#readers.delete(reader);
  }
}
