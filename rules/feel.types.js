// Types: what `instance of` asks, what declared types accept, and the few conversions FEEL makes by itself
// (DMN 1.5, 10.3.2.9, 10.3.2.9.3 conformance, 10.3.2.9.4 conversions, 7.3.3 item definitions).
import { FeelDate, midnight } from "./feel.moments.js";
import { FeelFunction, kindOf } from "./feel.values.js";

export const ANY = { kind: "any" };

/** A value that is not of the type declared for it. */
export class WrongType extends Error {
  constructor(type, fault = "type") {
    super(typeText(type));
    Object.assign(this, { type, fault });
  }
}

const NAMES = new Set(["number", "string", "boolean", "date", "time", "date and time", "days and time duration", "years and months duration"]);
const ALIASES = {
  dateTime: "date and time",
  dateandtime: "date and time",
  "date time": "date and time",
  dayTimeDuration: "days and time duration",
  yearMonthDuration: "years and months duration",
  integer: "integer",
  long: "integer",
  double: "number",
};

/** A type by its written name; `items` are the item definitions in reach, by name. undefined for a name nobody knows. */
export function namedType(written, items = {}) {
  const name = written.replace(/\s+/g, " ").trim();
  if (name === "" || name === "Any") return ANY;
  if (Object.hasOwn(items, name)) return { kind: "item", name, items };
  const known = ALIASES[name] ?? name;
  if (NAMES.has(known) || known === "integer") return { kind: "name", name: known };
  if (name === "Null") return { kind: "null" };
  if (name === "list") return { kind: "list", element: ANY };
  if (name === "context") return { kind: "context", entries: [] };
  if (name === "range") return { kind: "range", element: ANY };
  if (name === "function") return { kind: "function", parameters: null, result: ANY };
  if (name === "duration") return { kind: "duration" };
  return undefined;
}

/**
 * What an item definition says, one step in: its own list, context, function or name, and the values it allows.
 * An item is {type, list, entries: [{name, item}], function: {parameters, result}, allowed, constraint}.
 */
export function opened(item, around) {
  const items = item.home ?? around;
  let type = ANY;
  if (item.entries) type = { kind: "context", entries: item.entries.map((entry) => ({ name: entry.name, type: { kind: "inline", item: entry.item, items } })) };
  else if (item.function) {
    const { parameters, result } = item.function;
    type = { kind: "function", parameters: parameters.map((each) => namedType(each.type, items) ?? ANY), result: namedType(result, items) ?? ANY };
  } else if (item.type) type = namedType(item.type, items) ?? ANY;
  return type;
}

const itemOf = (type) => (type.kind === "item" ? type.items[type.name] : type.kind === "inline" ? type.item : null);

/** Whether a value is of a type; null is of every type but only where `nullable`. */
export function isOf(value, type, nullable = true) {
  const kind = kindOf(value);
  if (kind === "null") return nullable || type.kind === "null";
  const item = itemOf(type);
  if (item) {
    const inner = opened(item, type.items);
    return item.list ? kind === "list" && value.every((each) => isOf(each, inner)) : isOf(value, inner);
  }
  switch (type.kind) {
    case "any":
      return true;
    case "name":
      return type.name === "integer" ? Number.isInteger(value) : kind === type.name;
    case "duration":
      return kind.endsWith("duration");
    case "list":
      return kind === "list" && value.every((each) => isOf(each, type.element));
    case "range":
      return kind === "range" && isOf(value.start, type.element) && isOf(value.end, type.element);
    case "context":
      return kind === "context" && type.entries.every((entry) => entry.name in value && isOf(value[entry.name], entry.type));
    case "function":
      return kind === "function" && functionFits(value, type);
    default:
      return false;
  }
}

function functionFits(value, type) {
  if (!type.parameters) return true;
  const own = value.parameters;
  if (value.variadic) return true;
  if (own.length !== type.parameters.length) return false;
  if (!own.every((parameter, place) => conforms(type.parameters[place], parameter.type ?? ANY))) return false;
  return givesFor(value, type.result);
}

const givesFor = (value, wanted) => (value.result ?? ANY).kind === "any" || conforms(value.result, wanted);

/** Whether every value of `a` is one of `b` (10.3.2.9.3). */
export function conforms(a, b) {
  if (b.kind === "any" || a.kind === "null") return true;
  const [itemA, itemB] = [itemOf(a), itemOf(b)];
  if (itemA) return conforms(itemA.list ? { kind: "list", element: opened(itemA, a.items) } : opened(itemA, a.items), b);
  if (itemB) return conforms(a, itemB.list ? { kind: "list", element: opened(itemB, b.items) } : opened(itemB, b.items));
  if (a.kind !== b.kind) return false;
  if (a.kind === "name") return a.name === b.name || (a.name === "integer" && b.name === "number");
  if (a.kind === "list" || a.kind === "range") return conforms(a.element, b.element);
  if (a.kind === "context") {
    return b.entries.every((entry) => {
      const own = a.entries.find((each) => each.name === entry.name);
      return own && conforms(own.type, entry.type);
    });
  }
  if (a.kind === "function" && a.parameters && b.parameters) {
    return a.parameters.length === b.parameters.length && b.parameters.every((each, place) => conforms(each, a.parameters[place])) && conforms(a.result, b.result);
  }
  return true;
}

/** The function type a type comes down to, with what it takes and gives; else null. */
function functionIn(type) {
  const item = itemOf(type);
  if (item) return item.list ? null : functionIn(opened(item, type.items));
  return type.kind === "function" && type.parameters ? type : null;
}

/** A function as its type wants it: what it gives is held to the result declared, what the type leaves untyped is the function's own. */
function typedFunction(value, type) {
  const fits = (own, place) => type.parameters[place].kind === "any" || conforms(type.parameters[place], own.type ?? ANY);
  if (!value.variadic && (value.parameters.length !== type.parameters.length || !value.parameters.every(fits))) throw new WrongType(type);
  if (!givesFor(value, type.result)) throw new WrongType(type);
  if (type.result.kind === "any" || !value.call) return value;
  const held = (values) => fitted(value.call(values) ?? null, type.result);
  return new FeelFunction(value.parameters, held, { result: type.result, name: value.name });
}

/** The value as the type wants it: as it is, as a list of one, as the one of a list, as midnight; else WrongType. */
function coerced(value, type) {
  if (value === null || value === undefined) return null;
  const called = value instanceof FeelFunction ? functionIn(type) : null;
  if (called) return typedFunction(value, called);
  if (type.kind === "any" || isOf(value, type)) return value;
  if (Array.isArray(value) && value.length === 1 && isOf(value[0], type)) return value[0];
  const element = elementOf(type);
  if (element && !Array.isArray(value) && isOf(value, element)) return [value];
  if (value instanceof FeelDate && namedAs(type) === "date and time") return midnight(value);
  if (value instanceof FeelFunction && type.kind === "function") return value;
  throw new WrongType(type);
}

function elementOf(type) {
  const item = itemOf(type);
  if (item) return item.list ? opened(item, type.items) : elementOf(opened(item, type.items));
  return type.kind === "list" ? type.element : null;
}

function namedAs(type) {
  const item = itemOf(type);
  return item ? (item.list ? "" : namedAs(opened(item, type.items))) : type.name;
}

let passesTest = () => true; // whether a value passes a unary test, with named types in reach; told by feel.surroundings.js

export const setTester = (tester) => {
  passesTest = tester;
};

/** The value as the type wants it, among the values the type allows; else WrongType. */
export function fitted(value, type) {
  const fitting = coerced(value, type);
  heldToAllowed(fitting, type);
  return fitting;
}

/**
 * Refuses a value its item definition does not allow. The values of a list are each held against allowedValues, the
 * whole list against typeConstraint (7.3.3); allowedValues take the place of those of the type they are based on.
 */
function heldToAllowed(value, type) {
  if (value === null || value === undefined) return;
  const item = itemOf(type);
  if (item) {
    const refuse = (text, each) => {
      if (text && each !== null && !passesTest(text, each, item.home ?? type.items)) throw new WrongType({ kind: "allowed", text }, "allowed");
    };
    const inner = opened(item, type.items);
    for (const each of item.list && Array.isArray(value) ? value : [value]) {
      refuse(item.allowed, each);
      if (!item.allowed || inner.kind !== "item") heldToAllowed(each, inner);
    }
    refuse(item.constraint, value);
  } else if (type.kind === "list" && Array.isArray(value)) {
    value.forEach((each) => heldToAllowed(each, type.element));
  } else if (type.kind === "context" && kindOf(value) === "context") {
    type.entries.forEach((entry) => heldToAllowed(value[entry.name], entry.type));
  }
}

/** A value of the type's shape, for the parser: it has to know the entries whose names hold spaces. */
export function shapeOf(type, depth = 0) {
  const item = itemOf(type);
  if (item) return shapeOf(opened(item, type.items), depth);
  if (type.kind === "list") return shapeOf(type.element, depth);
  if (type.kind !== "context" || depth > 6) return null;
  return Object.fromEntries(type.entries.map((entry) => [entry.name, shapeOf(entry.type, depth + 1)]));
}

export function typeText(type) {
  if (type.kind === "allowed") return type.text;
  if (type.kind === "list" || type.kind === "range") return `${type.kind}<${typeText(type.element)}>`;
  if (type.kind === "context") return `context<${type.entries.map((entry) => `${entry.name}: ${typeText(entry.type)}`).join(", ")}>`;
  if (type.kind === "inline") return typeText(opened(type.item, type.items));
  return type.name ?? (type.kind === "any" ? "Any" : type.kind);
}
