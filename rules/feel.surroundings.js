// The data a text speaks of, and the texts compiled for it: each text once, for all data whose names leave its reading alone.
import { compile } from "./feel.compile.js";
import { passes, rangeOf } from "./feel.logic.js";
import { remark, run, Scope } from "./feel.scope.js";
import { setTester } from "./feel.types.js";
import { contextOf, FeelFunction, FeelRange } from "./feel.values.js";

const MOST_KEPT = 4_000; // texts, of about 4 KB each: the engine has 64 MB for everything
const LONGEST_KEPT = 2_000;
// Words that mean something to the grammar: a name made of them changes how a text is read.
const WORDS = "and or not if then else for in return some every satisfies between instance of function external true false null";
const OWN = new Set(`${WORDS} date time duration days years months list context range item partial`.split(" "));
const PLAIN_WORD = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const NO_TYPES = {};
let kept = new WeakMap(); // the named types in reach → text → what it was compiled to
let count = 0;

const isPlain = (name) => name.split(" ").every((word) => PLAIN_WORD.test(word) && !OWN.has(word));

/** Whether no name anywhere in the data could be taken for something else. */
function allPlain(value, depth = 0) {
  if (value === null || typeof value !== "object" || depth > 20) return true;
  if (Array.isArray(value)) return value.every((each) => allPlain(each, depth + 1));
  const maker = Object.getPrototypeOf(value);
  if (maker !== null && maker !== Object.prototype) return true;
  return Object.keys(value).every((key) => isPlain(key) && allPlain(value[key], depth + 1));
}

/** What the parser is told of a name: what stands behind its dots. */
const shapeFor = (value, shape) => (value === null ? (shape ?? 1) : value instanceof FeelFunction ? 1 : value);

/** Names in reach and their values; `shapes` are what is known of those that are null, `types` the named types. */
export class Surroundings {
  constructor(names, { shapes = {}, types = NO_TYPES, outer = null } = {}) {
    const shape = Object.fromEntries(Object.keys(names).map((name) => [name, shapeFor(names[name], shapes[name])]));
    this.scope = new Scope(names, outer?.scope ?? null);
    this.names = names;
    this.types = types;
    this.shape = outer ? { ...outer.shape, ...shape } : shape;
    this.shared = allPlain(shape) && (outer?.shared ?? true);
    this.own = new Map();
  }

  /** These surroundings with more names in reach. */
  inside(names, shapes = {}) {
    return new Surroundings(names, { shapes, types: this.types, outer: this });
  }

  /** The text as a function of a scope (of a scope and a value, when `unary`). Throws {motcua}. */
  compiled(text, unary = false) {
    let store = this.own;
    if (this.shared) {
      if (!kept.has(this.types)) kept.set(this.types, new Map());
      store = kept.get(this.types);
    }
    const key = `${unary ? "?" : "="}${run.standard ? "s" : ""}${text}`;
    let made = store.get(key);
    if (!made) {
      made = unary ? quickTest(text) : quickValue(text);
      if (made) return made;
      made = this.compile(text, unary);
      if (text.length < LONGEST_KEPT) store.set(key, made);
      count += 1;
      if (count > MOST_KEPT) [kept, count] = [new WeakMap(), 0];
    }
    return made;
  }

  compile(text, unary) {
    try {
      return compile(text, this.shared ? {} : this.shape, unary, this.types);
    } catch (error) {
      if (!run.standard || !error.motcua) throw error;
      return () => remark("invalid", null, error.motcua.kind); // by the bare standard what cannot be read is null
    }
  }

  value(text) {
    return this.compiled(text)(this.scope) ?? null;
  }

  test(text, value) {
    return this.compiled(text, true)(this.scope.inside(contextOf({ "?": value })), value) === true;
  }
}

setTester((text, value, types) => new Surroundings(contextOf(), { types }).test(text, value));

// The plainest cells of tables, read without the grammar: a table of ten thousand of them is read in one bearable call.
const NUMBER = "-?(?:0|[1-9]\\d{0,13})(?:\\.\\d)?";
const TEXT = '"[^"\\\\]*"';
const VALUE = new RegExp(`^(?:${NUMBER}|${TEXT})$`);
const VALUES = new RegExp(`^${TEXT}(?:\\s*,\\s*${TEXT})*$`);
const BOUND = new RegExp(`^(<=?|>=?)\\s*(${NUMBER})$`);
const INTERVAL = new RegExp(`^([[(\\]])\\s*(${NUMBER})\\s*\\.\\.\\s*(${NUMBER})\\s*([\\])[])$`);

const plainValue = (text) => (text.startsWith('"') ? text.slice(1, -1) : Number(text));

function quickValue(text) {
  if (!VALUE.test(text)) return null;
  const value = plainValue(text);
  return () => value;
}

function quickTest(text) {
  if (VALUES.test(text)) {
    const texts = text.match(/"[^"]*"/g).map(plainValue);
    return (scope, value) => texts.some((each) => passes(value, each) === true);
  }
  if (VALUE.test(text)) return (scope, value) => passes(value, Number(text)) === true;
  const bound = BOUND.exec(text);
  const between = INTERVAL.exec(text);
  if (!bound && !between) return null;
  const range = bound
    ? rangeOf(bound[1], Number(bound[2]))
    : new FeelRange(Number(between[2]), Number(between[3]), between[1] === "[", between[4] === "]");
  return (scope, value) => passes(value, range) === true;
}
