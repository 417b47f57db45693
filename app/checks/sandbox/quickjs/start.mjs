// What QuickJS runs first: it gives a plain Node.js script what it expects, then runs it.
// Arguments: "--inline TEXT ARGUMENT..." or "FILE ARGUMENT...", the file relative to /box.
//
// There is: console, process (argv, exit, exitCode, stdout and stderr to write to, nextTick, hrtime, cwd), timers,
// require of the program's own CommonJS and JSON files, of `assert` and of parts of `util`; ES modules of the
// program's own. Anything else of Node.js is missing, and says so where it is used.
import * as std from "qjs:std";
import * as os from "qjs:os";
import { format, inspect } from "./inspect.mjs";
import { assert, isDeepStrictEqual } from "./assert.mjs";

const BOX = "/box";
const MODULE_SYNTAX = /^\s*(?:import\b(?!\s*\()|export\b)/m;

// The program runs as global code, so it sees and may replace these; nothing here is trusted by the host.
function write(file) {
  return (text) => (file.puts(String(text)), file.flush(), true);
}

function hrtime(since) {
  const now = os.now();
  const [seconds, rest] = [Math.trunc(now / 1000), Math.round((now % 1000) * 1e6)];
  if (!since) return [seconds, rest];
  const borrow = rest < since[1] ? 1 : 0;
  return [seconds - since[0] - borrow, rest - since[1] + borrow * 1e9];
}
hrtime.bigint = () => BigInt(Math.round(os.now() * 1e6));

// Only the program's own frames: those of this file tell a reader nothing.
const ownFrames = (stack = "") => stack.split("\n").filter((line) => line.includes(`(${BOX}/`)).join("\n");

const onExit = [];
const process = {
  argv: ["node", BOX],
  env: {},
  exitCode: undefined,
  platform: "wasi",
  version: "v0.0.0",
  versions: { quickjs: "ng" },
  pid: 1,
  stdout: { write: write(std.out), isTTY: false },
  stderr: { write: write(std.err), isTTY: false },
  cwd: () => BOX,
  hrtime,
  uptime: () => performance.now() / 1000,
  memoryUsage: () => ({ heapUsed: 0, heapTotal: 0, rss: 0 }),
  nextTick: (call, ...given) => queueMicrotask(() => call(...given)),
  emitWarning: (text) => console.error(`Warning: ${text}`),
  on: (event, call) => (event === "exit" && onExit.push(call), process),
  exit(code = process.exitCode ?? 0) {
    process.exitCode = code;
    for (const call of onExit.splice(0)) call(code);
    std.out.flush();
    std.exit(Number(process.exitCode) & 255);
  },
};
process.once = process.addListener = process.on;

let indent = "";
const counts = new Map();
const clocks = new Map();
const say = (file) => (...values) => {
  const text = format(values);
  file.puts(`${indent ? text.replace(/^/gm, indent) : text}\n`);
  file.flush();
};
const console = {
  log: say(std.out),
  error: say(std.err),
  // Node.js goes on with exit code 0; here a program whose own assertion failed does not pass.
  assert(holds, ...values) {
    if (holds) return;
    process.exitCode ||= 1;
    const text = values.length ? `: ${format(values)}` : "";
    console.error(`Assertion failed${text}\n${ownFrames(new Error().stack)}`);
  },
  group: (...values) => (values.length && console.log(...values), void (indent += "  ")),
  groupEnd: () => void (indent = indent.slice(2)),
  count(label = "default") {
    counts.set(label, (counts.get(label) ?? 0) + 1);
    console.log(`${label}: ${counts.get(label)}`);
  },
  time: (label = "default") => void clocks.set(label, os.now()),
  timeEnd: (label = "default") => console.log(`${label}: ${(os.now() - clocks.get(label)).toFixed(3)}ms`),
  dir: (value) => console.log(inspect(value)),
  table: (value) => console.log(inspect(value)),
  trace: (...values) => console.error(`Trace: ${format(values)}\n${ownFrames(new Error().stack)}`),
};
console.info = console.debug = console.log;
console.warn = console.error;

const timers = new Map();
let nextTimer = 1;
function start(call, ms, given, again) {
  const number = nextTimer++;
  const fire = () => {
    if (again) timers.set(number, os.setTimeout(fire, ms));
    else timers.delete(number);
    try {
      call(...given);
    } catch (error) {
      fail(error);
    }
  };
  timers.set(number, os.setTimeout(fire, ms));
  // A timer that shall not keep the program alive is let go: the loop cannot tell it from others.
  return { ref: () => number, unref: () => stop(number), hasRef: () => true, [Symbol.toPrimitive]: () => number };
}
function stop(timer) {
  const number = Number(timer);
  if (timers.has(number)) os.clearTimeout(timers.get(number));
  timers.delete(number);
}

const util = {
  format: (...values) => format(values),
  inspect,
  isDeepStrictEqual,
  promisify: (call) => (...given) =>
    new Promise((done, fail) => call(...given, (error, value) => (error ? fail(error) : done(value)))),
};
const builtin = { assert, "assert/strict": assert, util, process, perf_hooks: { performance } };
const loaded = new Map();

function resolve(folder, name) {
  const parts = [];
  for (const part of (name.startsWith("/") ? name : `${folder}/${name}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  }
  const path = `/${parts.join("/")}`;
  const tried = [path, `${path}.js`, `${path}.cjs`, `${path}.json`, `${path}/index.js`];
  const found = tried.find((one) => isFile(one));
  if (found) return found;
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: "MODULE_NOT_FOUND" });
}

function isFile(path) {
  const [facts, error] = os.stat(path);
  return !error && (facts.mode & os.S_IFMT) === os.S_IFREG;
}

function requireFrom(folder) {
  return (name) => {
    const plain = name.replace(/^node:/, "");
    if (Object.hasOwn(builtin, plain)) return builtin[plain];
    if (!/^[./]/.test(name)) {
      const text = `Cannot find module '${name}': this sandbox has none of Node.js but assert and parts of util`;
      throw Object.assign(new Error(text), { code: "MODULE_NOT_FOUND" });
    }
    return load(resolve(folder, name)).exports;
  };
}

function load(path) {
  if (loaded.has(path)) return loaded.get(path);
  const folder = path.slice(0, path.lastIndexOf("/"));
  const module = { exports: {}, filename: path, id: path, loaded: false, children: [] };
  loaded.set(path, module);
  const text = std.loadFile(path);
  if (path.endsWith(".json")) {
    module.exports = JSON.parse(text);
  } else {
    const names = "exports, require, module, __filename, __dirname";
    const run = std.evalScript(`(function (${names}) {${text.replace(/^#!.*/, "")}\n})`);
    run.call(module.exports, module.exports, requireFrom(folder), module, path, folder);
  }
  module.loaded = true;
  return module;
}

function isModule(path, text) {
  if (/\.[mc]js$/.test(path)) return path.endsWith(".mjs");
  const settings = std.loadFile(`${BOX}/package.json`);
  try {
    return (settings && JSON.parse(settings).type === "module") || MODULE_SYNTAX.test(text);
  } catch {
    return MODULE_SYNTAX.test(text);
  }
}

// As a script of its own, so that its text may be sloppy, its stack names its file and its names are global.
function runScript(path, run) {
  const folder = path.slice(0, path.lastIndexOf("/"));
  const module = { exports: {}, filename: path, id: ".", loaded: false, children: [] };
  const require = requireFrom(folder);
  require.main = module;
  loaded.set(path, module);
  Object.assign(globalThis, { require, module, exports: module.exports, __filename: path, __dirname: folder });
  run(path);
}

async function main([first, ...rest]) {
  const inline = first === "--inline";
  const path = inline ? `${BOX}/[inline]` : `${BOX}/${first}`;
  const text = inline ? rest.shift() : std.loadFile(path);
  if (text === null) throw new Error(`Cannot find module '${path}'`);
  process.argv.splice(1, 1, ...(inline ? [] : [path]), ...rest);
  if (!isModule(inline ? "" : path, text)) return runScript(path, inline ? () => std.evalScript(text) : std.loadScript);
  if (!inline) return import(path);
  const file = `${BOX}/__inline__.mjs`;
  std.writeFile(file, text);
  return import(file);
}

// The place of a syntax error stands in a line without brackets.
const frames = ({ stack }) => ownFrames(stack) || stack.split("\n")[0];

function fail(error) {
  const text = error instanceof Error ? `${error}\n${frames(error)}` : `Uncaught ${inspect(error)}`;
  std.out.flush();
  std.err.puts(`${text}\n`);
  process.exit(1);
}

Object.assign(globalThis, {
  console,
  process,
  global: globalThis,
  setTimeout: (call, ms = 0, ...given) => start(call, Math.max(Number(ms) || 0, 0), given, false),
  setInterval: (call, ms = 0, ...given) => start(call, Math.max(Number(ms) || 0, 1), given, true),
  setImmediate: (call, ...given) => start(call, 0, given, false),
  clearTimeout: stop,
  clearInterval: stop,
  clearImmediate: stop,
});
const given = globalThis.scriptArgs.slice(1);
delete globalThis.scriptArgs;
// The host runs the event loop, which ends the program where a rejection was not caught, and process.exit after it.
main(given).catch(fail);
