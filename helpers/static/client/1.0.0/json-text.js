// JSON as text: what must come back digit for digit never passes through a JavaScript number.

const TOKEN = /[\s]*(?:("[^"\\]*(?:\\[^][^"\\]*)*")|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:]))/y;

class Digits {
  constructor(raw) {
    this.raw = raw;
  }
}

/** True for a number that comes back from JSON.parse and JSON.stringify as it went in. */
const isPlain = (raw) => String(Number(raw)) === raw;

/** Read JSON into Maps, arrays, strings and Digits. Throws SyntaxError. */
export function read(text) {
  TOKEN.lastIndex = 0;
  let at = 0;
  const next = () => {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError("not JSON");
    at = TOKEN.lastIndex;
    return found;
  };
  const list = (end, one) => {
    const start = at;
    if (next()[4] === end) return;
    at = start;
    for (;;) {
      one();
      const mark = next()[4];
      if (mark === end) return;
      if (mark !== ",") throw new SyntaxError("not JSON");
    }
  };
  const value = () => {
    const [, string, number, word, mark] = next();
    if (string !== undefined) return JSON.parse(string);
    if (number !== undefined) return new Digits(number);
    if (word !== undefined) return JSON.parse(word);
    if (mark === "[") {
      const rows = [];
      list("]", () => rows.push(value()));
      return rows;
    }
    if (mark !== "{") throw new SyntaxError("not JSON");
    const members = new Map();
    list("}", () => {
      const key = next()[1];
      if (key === undefined || next()[4] !== ":") throw new SyntaxError("not JSON");
      members.set(JSON.parse(key), value());
    });
    return members;
  };
  const found = value();
  if (text.slice(at).trim()) throw new SyntaxError("not JSON");
  return found;
}

/** Write what `read` gave, compact. */
export function write(value) {
  if (value instanceof Digits) return value.raw;
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, one]) => `${JSON.stringify(key)}:${write(one)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}

/** The text of one member of an answer's outermost object, as it stands there; undefined where it is missing. */
export function memberText(text, name) {
  let depth = 0;
  let start = -1;
  let key = null;
  let last = 0;
  TOKEN.lastIndex = 0;
  for (let found; (found = TOKEN.exec(text)); last = TOKEN.lastIndex) {
    const [, string, , , mark] = found;
    const closes = mark === "}" || mark === "]";
    if (depth === 1 && start >= 0 && (closes || mark === ",")) return text.slice(start, last).trim();
    if (mark === "{" || mark === "[") depth += 1;
    else if (closes) depth -= 1;
    else if (depth === 1 && mark === ":" && key === name) start = TOKEN.lastIndex;
    else if (depth === 1 && string !== undefined) key = JSON.parse(string);
  }
  return undefined;
}

/** True where some number of a text would come back different from JSON.stringify(JSON.parse(text)). */
export function hasDigits(text) {
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.eE+-]*/g)) {
    if (token[0] !== '"' && !isPlain(token)) return true;
  }
  return false;
}

/**
 * The edited text, with every number that JavaScript rounded on the way, and nobody changed, as it was before.
 *
 * A number is looked for at its own place first, then by its key: a row may have moved.
 */
export function keepDigits(before, edited) {
  if (before === edited || !hasDigits(before)) return edited;
  const byKey = new Map();
  gather(read(before), "", byKey);
  return write(mend(read(before), read(edited), "", byKey));
}

function gather(value, key, byKey) {
  if (value instanceof Digits) {
    if (!isPlain(value.raw)) {
      const name = `${JSON.stringify(Number(value.raw))} ${key}`;
      byKey.set(name, byKey.has(name) && byKey.get(name) !== value.raw ? null : value.raw);
    }
  } else if (Array.isArray(value)) value.forEach((one) => gather(one, key, byKey));
  else if (value instanceof Map) value.forEach((one, name) => gather(one, name, byKey));
}

/** What JSON.stringify makes of a number: out of reach of a double it is null. */
const rounded = (raw) => JSON.stringify(Number(raw));

function mend(before, edited, key, byKey) {
  if ((edited instanceof Digits && isPlain(edited.raw)) || edited === null) {
    const now = edited === null ? "null" : rounded(edited.raw);
    if (before instanceof Digits && rounded(before.raw) === now) return before;
    const elsewhere = edited === null ? null : byKey.get(`${now} ${key}`);
    return elsewhere ? new Digits(elsewhere) : edited;
  }
  if (Array.isArray(edited)) {
    const rows = Array.isArray(before) ? before : [];
    return edited.map((one, n) => mend(rows[n], one, key, byKey));
  }
  if (edited instanceof Map) {
    const members = before instanceof Map ? before : new Map();
    return new Map([...edited].map(([name, one]) => [name, mend(members.get(name), one, name, byKey)]));
  }
  return edited;
}

/** True where two texts say the same, whatever their blanks. False may also mean another order of keys. */
export function saysTheSame(one, other) {
  if (one === other) return true;
  try {
    if (!hasDigits(one) && !hasDigits(other)) {
      return JSON.stringify(JSON.parse(one)) === JSON.stringify(JSON.parse(other));
    }
    return equal(read(one), read(other));
  } catch {
    return false;
  }
}

function equal(one, other) {
  if (one instanceof Digits) return other instanceof Digits && one.raw === other.raw;
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((row, n) => equal(row, other[n]));
  }
  if (one instanceof Map) {
    if (!(other instanceof Map) || one.size !== other.size) return false;
    return [...one].every(([key, value]) => other.has(key) && equal(value, other.get(key)));
  }
  return one === other;
}

/** True for the text of one JSON object. */
export function isObject(text) {
  if (typeof text !== "string" || !/^\s*\{/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
