// What FEEL calculates with: its kinds of value, when two are equal, which comes first, and how they are written.
// (DMN 1.5, 10.3.2.2 “equality and comparison”, Tables 41 to 43 and 53 to 55.)
import { FeelDate, FeelDateTime, FeelDuration, FeelMonths, FeelTime, secondsDuration } from "./feel.moments.js";

/** A context: an object that inherits nothing, so that no name means anything but an entry. */
export const contextOf = (entries) => Object.assign(Object.create(null), entries);

export const isContext = (value) => {
  if (value === null || typeof value !== "object") return false;
  const maker = Object.getPrototypeOf(value);
  return maker === null || maker === Object.prototype;
};

export class FeelRange {
  /** `op` is set where the range was written as a test such as `< 10`: it then has one end, and no null one. */
  constructor(start, end, startIncluded, endIncluded, op = "") {
    Object.assign(this, { start, end, startIncluded, endIncluded, op });
  }
}

export class FeelFunction {
  /** `parameters` are {name, type}; `call` takes the values in order; `result` is the type of what it gives, or null. */
  constructor(parameters, call, { result = null, variadic = false, name = "" } = {}) {
    Object.assign(this, { parameters, call, result, variadic, name });
  }
}

const CLASSES = [
  [FeelDate, "date"],
  [FeelTime, "time"],
  [FeelDateTime, "date and time"],
  [FeelDuration, "days and time duration"],
  [FeelMonths, "years and months duration"],
  [FeelRange, "range"],
  [FeelFunction, "function"],
];

export function kindOf(value) {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "object") return typeof value;
  if (Array.isArray(value)) return "list";
  if (isContext(value)) return "context";
  return CLASSES.find(([maker]) => value instanceof maker)?.[1] ?? "unknown";
}

const COMPARED = new Set(["number", "string", "date", "time", "date and time", "days and time duration", "years and months duration"]);

/** One value as something JavaScript can order. */
const SECOND = 1_000_000_000n;
// FEEL compares moments by the second: what comes after it is kept and written, but makes no difference
const inSeconds = (nanos) => (nanos - (((nanos % SECOND) + SECOND) % SECOND)) / SECOND;

function measure(value) {
  if (value instanceof FeelDate) return value.days;
  if (value instanceof FeelTime || value instanceof FeelDateTime) return inSeconds(value.instant);
  if (value instanceof FeelDuration) return value.nanos;
  return value instanceof FeelMonths ? value.count : value;
}

const zoneless = (value) => (value instanceof FeelTime || value instanceof FeelDateTime) && value.zone === null;

/** Below, at or above zero; null where the two cannot be compared. */
export function compare(a, b) {
  const kind = kindOf(a);
  if (kind !== kindOf(b) || !COMPARED.has(kind) || zoneless(a) !== zoneless(b)) return null;
  const [left, right] = [measure(a), measure(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** true, false, or null for values of different kinds (Table 42); `strict` is the `is` function. */
export function equal(a, b, strict = false) {
  const [left, right] = [kindOf(a), kindOf(b)];
  if (left === "null" || right === "null") return left === right;
  if (left !== right) {
    if (!strict && left === "list" && a.length === 1) return equal(a[0], b);
    if (!strict && right === "list" && b.length === 1) return equal(a, b[0]);
    return strict ? false : null;
  }
  if (COMPARED.has(left)) {
    if (zoneless(a) !== zoneless(b)) return false;
    if (strict && (left === "time" || left === "date and time")) return String(a) === String(b);
    return compare(a, b) === 0;
  }
  if (left === "list") return a.length === b.length && all(a.map((item, place) => equal(item, b[place], strict)));
  if (left === "context") {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && all(keys.map((key) => key in b && equal(a[key], b[key], strict)));
  }
  if (left === "range") return sameRange(a, b);
  return a === b;
}

function all(results) {
  if (results.includes(false)) return false;
  return results.includes(null) ? null : true;
}

function sameRange(a, b) {
  if (a.op !== b.op || a.startIncluded !== b.startIncluded || a.endIncluded !== b.endIncluded) return false;
  return equal(a.start, b.start) === true && equal(a.end, b.end) === true;
}

export const same = (a, b) => equal(a, b) === true;

/** Whether two values are the same to a list function: a list of one is not its element there. */
export const alike = (a, b) => Array.isArray(a) === Array.isArray(b) && same(a, b);

/** Whether a point or a range lies in a range; null where they cannot be compared. */
export function within(range, value) {
  if (value instanceof FeelRange) return encloses(range, value);
  if (range.op === "!=") {
    const result = equal(value, range.start);
    return result === null ? null : !result;
  }
  if (range.op === "=") return equal(value, range.start);
  const tests = [];
  if (!range.op || range.start !== null) tests.push(beyond(compare(value, range.start), range.startIncluded));
  if (!range.op || range.end !== null) tests.push(beyond(negated(compare(value, range.end)), range.endIncluded));
  return tests.includes(null) ? null : !tests.includes(false);
}

const negated = (order) => (order === null ? null : -order);
const beyond = (order, included) => (order === null ? null : included ? order >= 0 : order > 0);

function encloses(outer, inner) {
  const end = (a, b, aIncluded, bIncluded, sign) => {
    if (a === null) return true;
    if (b === null) return false;
    const order = compare(a, b);
    if (order === null) return null;
    return order * sign < 0 || (order === 0 && (aIncluded || !bIncluded));
  };
  return all([
    end(outer.start, inner.start, outer.startIncluded, inner.startIncluded, 1),
    end(outer.end, inner.end, outer.endIncluded, inner.endIncluded, -1),
  ]);
}

/** What stands behind the dot of a value that is not a context (Tables 65 and 66); undefined for no such property. */
export function propertyOf(value, name) {
  if (value instanceof FeelRange) {
    const properties = { start: value.start, end: value.end, "start included": value.startIncluded, "end included": value.endIncluded };
    return Object.hasOwn(properties, name) ? properties[name] : undefined;
  }
  const kind = kindOf(value);
  if (!PROPERTIES[kind]?.includes(name)) return undefined;
  if (name === "time offset") return value.offset === null ? null : secondsDuration(value.offset);
  return value[name];
}

const OF_DATE = ["year", "month", "day", "weekday"];
const OF_TIME = ["hour", "minute", "second", "time offset", "timezone"];
const PROPERTIES = {
  date: OF_DATE,
  time: OF_TIME,
  "date and time": [...OF_DATE, ...OF_TIME],
  "years and months duration": ["years", "months"],
  "days and time duration": ["days", "hours", "minutes", "seconds"],
};

const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;
const PLAIN = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** A number in full digits, however small or large (10.3.4.1 never writes an exponent). */
export function numberText(number) {
  const text = String(number);
  const found = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(text);
  if (!found) return text;
  const [, sign, first, rest = "", power] = found;
  const places = Number(power);
  if (places < 0) return `${sign}0.${"0".repeat(-places - 1)}${first}${rest}`;
  return sign + first + rest.padEnd(places, "0");
}

/** What `string(…)` gives; inside a list or a context texts are quoted. */
export function textOf(value, inside = false) {
  const kind = kindOf(value);
  if (kind === "null") return "null";
  if (kind === "string") return inside ? quoted(value) : value;
  if (kind === "number") return numberText(value);
  if (kind === "list") return `[${value.map((item) => textOf(item, true)).join(", ")}]`;
  if (kind === "context") {
    return `{${Object.keys(value).map((key) => `${PLAIN.test(key) ? key : quoted(key)}: ${textOf(value[key], true)}`).join(", ")}}`;
  }
  if (kind === "range") return rangeText(value);
  if (kind === "function") return `function(${value.parameters.map((parameter) => parameter.name).join(", ")})`;
  return String(value);
}

function rangeText(range) {
  if (range.op) return `${range.op} ${textOf(range.start ?? range.end, true)}`;
  const ends = `${textOf(range.start, true)}..${textOf(range.end, true)}`;
  return `${range.startIncluded ? "[" : "("}${ends}${range.endIncluded ? "]" : ")"}`;
}
