// The program that runs inside the sandbox: it makes calls of an artifact's functions and tells what each
// gave. The code under test shares this realm and could change anything here, so nothing is decided here:
// the expected values never enter the sandbox, and the host compares. TASK is put in its place by
// harness/javascript.py, which documents it, too.
(function (task) {
  "use strict";
  const MAX_TEXT = 20000, RERUN_BELOW_MS = 200, RERUNS = 2, DEPTH = 60;
  // Taken before any code under test runs, as it may replace them.
  const { stringify } = JSON, { isArray } = Array, { getPrototypeOf, keys, is } = Object;
  const NativeMap = Map, NativeSet = Set, NativeError = Error, NativeDate = Date, global = globalThis, evaluate = eval;
  const apply = Reflect.apply;
  const mapEach = Map.prototype.forEach, setEach = Set.prototype.forEach;
  const outer = typeof require === "function" ? require : null;
  let alive = null;
  const write = writer(), now = clock();

  function writer() {
    try {
      const { writeSync } = outer("fs");
      return (text) => writeSync(1, text);
    } catch (error) { // no Node.js
      const { stdout } = process, put = stdout.write;
      alive = setInterval(() => {}, 100); // QuickJS may end while promises still have work to do
      return (text) => apply(put, stdout, [text]);
    }
  }

  function clock() {
    const timer = global.performance;
    if (timer && timer.now) { const read = timer.now.bind(timer); return () => read(); }
    return () => NativeDate.now();
  }

  function tell(facts) { write("\n" + task.nonce + " " + stringify(facts) + "\n"); }

  // The text of a Python literal; throws for what has none.
  function literal(value, depth) {
    if (depth > DEPTH) throw new NativeError("nested too deeply");
    if (value === undefined || value === null) return "None";
    switch (typeof value) {
      case "boolean": return value ? "True" : "False";
      case "number":
        if (value !== value) return "nan";
        if (value === Infinity || value === -Infinity) return value > 0 ? "inf" : "-inf";
        return is(value, -0) ? "0" : "" + value;
      case "bigint": return "" + value;
      case "string": return stringify(value);
      case "object": return container(value, depth + 1);
      default: throw new NativeError("no plain value");
    }
  }

  function joined(parts) {
    let text = "";
    for (let i = 0; i < parts.length; i++) text += (i ? ", " : "") + parts[i];
    return text;
  }

  function container(value, depth) {
    const parts = [];
    let size = 0;
    const add = (text) => { parts[size++] = text; };
    if (isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
      for (let i = 0; i < value.length; i++) add(literal(value[i], depth));
      return "[" + joined(parts) + "]";
    }
    if (value instanceof NativeSet) {
      apply(setEach, value, [(item) => add(literal(item, depth))]);
      return size ? "{" + joined(parts) + "}" : "set()";
    }
    if (value instanceof NativeMap) {
      apply(mapEach, value, [(item, key) => add(literal(key, depth) + ": " + literal(item, depth))]);
      return "{" + joined(parts) + "}";
    }
    const parent = getPrototypeOf(value);
    if (parent !== null && getPrototypeOf(parent) !== null) throw new NativeError("an object of a class");
    const names = keys(value);
    for (let i = 0; i < names.length; i++) add(stringify(names[i]) + ": " + literal(value[names[i]], depth));
    return "{" + joined(parts) + "}";
  }

  function rendered(value) {
    try {
      const text = literal(value, 0);
      if (text.length <= MAX_TEXT) return { value: text };
    } catch (error) { /* no plain value: told as an object */ }
    let text = "", kind = typeof value;
    try { kind = value.constructor.name || kind; } catch (error) { /* it hides its class */ }
    try { text = typeof value === "function" ? "function " + value.name : kind + " " + stringify(value); } catch (error) { text = kind; }
    return { object: kind, repr: ("" + text).slice(0, MAX_TEXT) };
  }

  function failure(error) {
    const names = [];
    if (error instanceof NativeError || (error && typeof error === "object")) {
      if (error.name) names.push("" + error.name);
      for (let kind = getPrototypeOf(error); kind; kind = getPrototypeOf(kind)) {
        const name = kind.constructor && kind.constructor.name;
        if (name && !names.includes(name)) names.push(name);
      }
    }
    const frames = framesOf(error);
    const report = {
      raised: names.length ? names : ["Error"],
      text: ("" + (error && error.message !== undefined ? error.message : error)).slice(0, 300),
      frames: frames.slice(-3),
      where: frames.length ? frames[frames.length - 1].file + ":" + frames[frames.length - 1].line : "",
    };
    const missing = /^Cannot find (?:module|package) '([^']+)'/.exec(report.text);
    if (missing) report.missing = missing[1];
    return report;
  }

  // The frames of the artifact, outermost first.
  function framesOf(error) {
    const found = [], paths = keys(task.modules), lines = ("" + ((error && error.stack) || "")).split("\n");
    for (const line of lines) {
      const parts = /^\s*(?:at\s+)?(?:async\s+)?(.*?)\s*\(?(?:artifact\/([^\s():]+)|<(?:input|eval|evalScript)>):(\d+)/.exec(line);
      const file = parts && (parts[2] || (paths.length === 1 ? paths[0] : ""));
      const call = parts && !parts[2] && /^<?(?:anonymous|eval)?>?$/.test(parts[1]) && parts[3] === "1"; // its own text
      if (file && !call) found.unshift({ file, line: +parts[3], name: parts[1].replace(/^eval at.*/, "") || "<module>" });
    }
    return found;
  }

  const loaded = Object.create(null);

  function resolve(from, name) {
    const parts = name.startsWith("/") ? [] : from.split("/").slice(0, -1);
    for (const part of name.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "." && part !== "") parts.push(part);
    }
    const base = parts.join("/");
    return ["", ".js", ".mjs", ".cjs", ".json", "/index.js"].map((end) => base + end).find((path) => path in task.modules);
  }

  function importFrom(from, name) {
    if (name.startsWith(".") || name.startsWith("/")) {
      const path = resolve(from, name);
      if (path) return load(path);
      throw new NativeError("Cannot find module '" + name + "'");
    }
    if (outer) return outer(name);
    throw new NativeError("Cannot find module '" + name.replace(/^node:/, "") + "'");
  }

  // A module's exports, and `scope`, with which expressions are evaluated among its names.
  function load(path) {
    if (loaded[path]) return loaded[path].pending || loaded[path].module.exports;
    const source = task.modules[path];
    const entry = (loaded[path] = { module: { exports: {}, id: path, filename: path, children: [] }, scope: null });
    const own = (name) => importFrom(path, name);
    own.main = entry.module;
    const tail = "\n;__scope((__text) => eval(__text))\n})\n//# sourceURL=artifact/" + path;
    const parameters = "(exports, require, module, __filename, __dirname, __import, __scope) {";
    const head = source.esm ? '(async function ' + parameters + '"use strict"; ' : "(function " + parameters;
    const scope = (look) => { entry.scope = look; };
    const foreign = async (name) => {
      const found = await importFrom(path, name);
      return found && typeof found === "object" && "default" in found ? found : Object.assign({ default: found }, found);
    };
    const body = evaluate(head + source.text + tail);
    const result = body.call(entry.module.exports, entry.module.exports, own, entry.module, path, ".", foreign, scope);
    if (source.esm) {
      entry.pending = result.then(() => { entry.pending = null; return entry.module.exports; });
      return entry.pending;
    }
    return entry.module.exports;
  }

  const broken = {};

  async function loadAll() {
    for (const path of task.wanted) {
      try {
        await load(path);
      } catch (error) {
        broken[path] = { importing: true, ...failure(error) };
      }
    }
  }

  async function make(item) {
    if (broken[item.module]) return broken[item.module];
    try {
      const others = keys(item.names);
      const given = others.map((name) => {
        const entry = loaded[item.names[name]];
        return entry.scope && item.local.includes(name) ? entry.scope(name) : entry.module.exports[name];
      });
      const call = loaded[item.module].scope("(function (" + others.join(", ") + ") { return (" + item.expression + "\n); })");
      const start = now();
      let value = call.apply(undefined, given);
      if (value && typeof value === "object" && typeof value.then === "function") value = await value;
      return { ms: now() - start, ...rendered(value) };
    } catch (error) {
      return failure(error);
    }
  }

  async function main() {
    await loadAll();
    const times = [];
    for (const item of task.items) {
      tell({ start: item.id });
      const result = await make(item);
      tell({ id: item.id, ...result });
      times.push(result.ms || 0);
    }
    if (times.reduce((a, b) => a + b, 0) >= RERUN_BELOW_MS) return;
    const all = [times];
    for (let run = 0; run < RERUNS; run++) {
      const again = [];
      for (const item of task.items) again.push((await make(item)).ms || 0);
      all.push(again);
    }
    tell({ times: all });
  }

  main().finally(() => alive !== null && clearInterval(alive));
})(JSON.parse(TASK));
