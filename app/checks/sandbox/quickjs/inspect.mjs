// Values as Node.js prints them, short of two refinements: long arrays of numbers are not set in columns, and
// colours do not exist.
const WIDTH = 72;
const DEPTH = 2;
const MAX_ITEMS = 100;
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

function quoted(text) {
  const mark = !text.includes("'") ? "'" : !text.includes('"') ? '"' : text.includes("`") ? "'" : "`";
  const escaped = JSON.stringify(text).slice(1, -1).replace(/\\"/g, '"');
  return mark + (mark === "'" ? escaped.replace(/'/g, "\\'") : escaped) + mark;
}

function primitive(value) {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "bigint") return `${value}n`;
  return Object.is(value, -0) ? "-0" : String(value);
}

function nameOf(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null ? "[Object: null prototype]" : (prototype.constructor?.name ?? "");
}

function callable(value) {
  if (/^class\b/.test(Function.prototype.toString.call(value))) {
    const parent = Object.getPrototypeOf(value)?.name;
    return `[class ${value.name || "(anonymous)"}${parent ? ` extends ${parent}` : ""}]`;
  }
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  return value.name ? `[${kind}: ${value.name}]` : `[${kind} (anonymous)]`;
}

function plain(value) {
  if (typeof value === "function") return callable(value);
  if (value instanceof Error) return value.stack ? `${value}\n${value.stack.trimEnd()}` : `[${value}]`;
  if (value instanceof RegExp) return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  const boxed = [Number, String, Boolean].find((kind) => value instanceof kind);
  if (boxed) return `[${boxed.name}: ${primitive(value.valueOf())}]`;
  if (value instanceof Promise) return "Promise { <pending> }";
  if (value instanceof WeakMap || value instanceof WeakSet) return `${nameOf(value)} { <items unknown> }`;
  return null;
}

function keyText(key) {
  if (typeof key === "symbol") return `[${String(key)}]`;
  return IDENTIFIER.test(key) ? key : quoted(key);
}

function fields(value, keys, show) {
  return keys.map((key) => {
    const { get, set, value: held } = Object.getOwnPropertyDescriptor(value, key);
    const accessor = get && set ? "[Getter/Setter]" : get ? "[Getter]" : set ? "[Setter]" : null;
    return `${keyText(key)}: ${accessor ?? show(held)}`;
  });
}

function items(value, show) {
  const shown = [];
  for (let index = 0; index < value.length && shown.length < MAX_ITEMS; index++) {
    const from = index;
    while (index < value.length && !(index in value)) index++;
    const empty = index - from;
    if (empty) shown.push(`<${empty} empty item${empty > 1 ? "s" : ""}>`);
    if (index < value.length) shown.push(show(value[index]));
  }
  const more = value.length - MAX_ITEMS;
  return more > 0 ? [...shown, `... ${more} more item${more > 1 ? "s" : ""}`] : shown;
}

function parts(value, show) {
  const listed = Array.isArray(value) || ArrayBuffer.isView(value);
  const keys = Reflect.ownKeys(value).filter(
    (key) => Object.prototype.propertyIsEnumerable.call(value, key) && !(listed && /^\d+$/.test(String(key))),
  );
  const own = fields(value, keys, show);
  if (listed) return ["[", "]", [...items(value, show), ...own]];
  if (value instanceof Map) return ["{", "}", [...[...value].map(([k, v]) => `${show(k)} => ${show(v)}`), ...own]];
  if (value instanceof Set) return ["{", "}", [...[...value].map(show), ...own]];
  return ["{", "}", own];
}

function prefix(value) {
  const name = nameOf(value);
  if (Array.isArray(value)) return name === "Array" ? "" : `${name}(${value.length}) `;
  if (ArrayBuffer.isView(value)) return `${name}(${value.length}) `;
  if (value instanceof Map || value instanceof Set) return `${name}(${value.size}) `;
  return name === "Object" || name === "" ? "" : `${name} `;
}

function show(value, depth, indent, above) {
  if ((typeof value !== "object" || value === null) && typeof value !== "function") return primitive(value);
  if (above.includes(value)) return "[Circular *1]";
  const text = plain(value);
  if (text !== null) return text;
  if (depth < 0) return Array.isArray(value) ? "[Array]" : `[${nameOf(value) || "Object"}]`;
  const inner = (held) => show(held, depth - 1, indent + 2, [...above, value]);
  const [open, close, all] = parts(value, inner);
  if (!all.length) return `${prefix(value)}${open}${close}`;
  const start = `${prefix(value)}${open}`;
  const length = all.reduce((sum, one) => sum + one.length + 2, start.length + indent);
  if (length <= WIDTH + 4 && !all.some((one) => one.includes("\n"))) return `${start} ${all.join(", ")} ${close}`;
  const space = " ".repeat(indent);
  return `${start}\n${all.map((one) => `${space}  ${one}`).join(",\n")}\n${space}${close}`;
}

/** A value in text; `depth` is how deep objects within objects are shown. */
export function inspect(value, { depth = DEPTH } = {}) {
  const text = show(value, depth ?? Infinity, 0, []);
  return text.includes("[Circular *1]") ? `<ref *1> ${text}` : text;
}

/** What console.log prints for these values: %s, %d, %i, %f, %j, %o and %O are filled in from the first. */
export function format(values) {
  const [first, ...rest] = values;
  const words = [];
  if (typeof first === "string") {
    words.push(
      first.replace(/%([sdifjoOc%])/g, (all, kind) => {
        if (kind === "%") return "%";
        if (!rest.length) return all;
        const value = rest.shift();
        if (kind === "s") return typeof value === "object" && value !== null ? inspect(value, { depth: 0 }) : String(value);
        if (kind === "d") return String(Number(value));
        if (kind === "i") return String(Number.parseInt(value, 10));
        if (kind === "f") return String(Number.parseFloat(value));
        if (kind === "j") return JSON.stringify(value);
        return kind === "c" ? "" : inspect(value);
      }),
    );
  } else if (values.length) {
    words.push(inspect(first));
  }
  return [...words, ...rest.map((value) => (typeof value === "string" ? value : inspect(value)))].join(" ");
}
