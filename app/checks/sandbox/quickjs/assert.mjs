// The parts of node:assert that tests use; every comparison is the strict one unless its name says otherwise.
import { inspect } from "./inspect.mjs";

export class AssertionError extends Error {
  name = "AssertionError";
  code = "ERR_ASSERTION";
  constructor({ message, actual, expected, operator }) {
    super(message);
    Object.assign(this, { actual, expected, operator, generatedMessage: false });
  }
}

const isObject = (value) => typeof value === "object" && value !== null;

function sameKeys(a, b, same, seen) {
  const [keys, others] = [Reflect.ownKeys(a), Reflect.ownKeys(b)].map((all) =>
    all.filter((key) => !(Array.isArray(a) && key === "length")),
  );
  return keys.length === others.length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key], seen));
}

function sameMembers(a, b, same, seen) {
  if (a.size !== b.size) return false;
  const rest = [...b];
  return [...a].every((one) => {
    const found = rest.findIndex((other) => same(one, other, seen));
    if (found >= 0) rest.splice(found, 1);
    return found >= 0;
  });
}

function comparison(strict) {
  return function same(a, b, seen = new Map()) {
    if (Object.is(a, b) || (!strict && a == b)) return true;
    if (!isObject(a) || !isObject(b)) return !strict && Number.isNaN(a) && Number.isNaN(b);
    if (strict && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    if (Array.isArray(a) !== Array.isArray(b) || (Array.isArray(a) && a.length !== b.length)) return false;
    if (seen.get(a) === b) return true;
    seen.set(a, b);
    if (a instanceof Date && b instanceof Date && a.getTime() !== b.getTime()) return false;
    if (a instanceof RegExp && String(a) !== String(b)) return false;
    if (a instanceof Error && (a.message !== b.message || a.name !== b.name)) return false;
    const boxed = [Number, String, Boolean].some((kind) => a instanceof kind);
    if (boxed && !Object.is(a.valueOf(), b.valueOf())) return false;
    const grouped = (a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set);
    if (grouped && !sameMembers(a, b, same, seen)) return false;
    return a instanceof Error || sameKeys(a, b, same, seen);
  };
}

export const isDeepStrictEqual = (a, b) => comparison(true)(a, b);
const isDeepEqual = (a, b) => comparison(false)(a, b);

function fail(message, operator, actual, expected, text) {
  if (message instanceof Error) throw message;
  throw new AssertionError({ message: message ?? text, operator, actual, expected });
}

function check(operator, words, holds) {
  return (actual, expected, message) => {
    if (!holds(actual, expected))
      fail(message, operator, actual, expected, `Expected values ${words}:\n\n${inspect(actual)} !== ${inspect(expected)}\n`);
  };
}

function ok(value, message) {
  if (!value) fail(message, "==", value, true, `The expression evaluated to a falsy value: ${inspect(value)}`);
}

function matches(error, expected) {
  if (expected === undefined || typeof expected === "string") return true;
  if (expected instanceof RegExp) return expected.test(String(error));
  if (typeof expected !== "function")
    return Object.keys(expected).every((key) =>
      expected[key] instanceof RegExp ? expected[key].test(error[key]) : isDeepStrictEqual(error[key], expected[key]),
    );
  if (expected.prototype !== undefined && error instanceof expected) return true;
  return !Error.isPrototypeOf(expected) && expected !== Error && expected.call({}, error) === true;
}

function thrown(error, expected, message) {
  if (!matches(error, expected)) {
    if (expected === Error || Error.isPrototypeOf(expected)) throw error;
    fail(message, "throws", error, expected, `The error did not match ${inspect(expected)}: ${error}`);
  }
}

function throws(call, expected, message) {
  try {
    call();
  } catch (error) {
    return thrown(error, expected, message);
  }
  const said = typeof expected === "string" ? expected : message;
  return fail(said, "throws", undefined, expected, "Missing expected exception.");
}

async function rejects(promise, expected, message) {
  try {
    await (typeof promise === "function" ? promise() : promise);
  } catch (error) {
    return thrown(error, expected, message);
  }
  const said = typeof expected === "string" ? expected : message;
  return fail(said, "rejects", undefined, expected, "Missing expected rejection.");
}

export const assert = Object.assign((value, message) => ok(value, message), {
  AssertionError,
  ok,
  equal: check("==", "to be loosely equal", (a, b) => a == b || (Number.isNaN(a) && Number.isNaN(b))),
  notEqual: check("!=", "to be loosely unequal", (a, b) => a != b),
  strictEqual: check("strictEqual", "to be strictly equal", Object.is),
  notStrictEqual: check("notStrictEqual", "to be strictly unequal", (a, b) => !Object.is(a, b)),
  deepEqual: check("deepEqual", "to be loosely deep-equal", isDeepEqual),
  notDeepEqual: check("notDeepEqual", "not to be loosely deep-equal", (a, b) => !isDeepEqual(a, b)),
  deepStrictEqual: check("deepStrictEqual", "to be strictly deep-equal", isDeepStrictEqual),
  notDeepStrictEqual: check("notDeepStrictEqual", "not to be strictly deep-equal", (a, b) => !isDeepStrictEqual(a, b)),
  match: check("match", "to match", (text, pattern) => pattern.test(text)),
  doesNotMatch: check("doesNotMatch", "not to match", (text, pattern) => !pattern.test(text)),
  throws,
  rejects,
  doesNotThrow: (call) => void call(),
  doesNotReject: async (promise) => void (await (typeof promise === "function" ? promise() : promise)),
  ifError(value) {
    if (value !== null && value !== undefined) throw value;
  },
  fail: (message = "Failed") => fail(message, "fail"),
});
assert.strict = Object.assign((value, message) => ok(value, message), assert, {
  equal: assert.strictEqual,
  notEqual: assert.notStrictEqual,
  deepEqual: assert.deepStrictEqual,
  notDeepEqual: assert.notDeepStrictEqual,
});
