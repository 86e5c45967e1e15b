// Where names are looked up, and what an evaluation has to remark on the way.
import { isContext } from "./feel.values.js";

/** A name as FEEL compares it: one space around signs and between words. */
export const normal = (name) => name.replace(/\s*([./\-'+]|\*\*?)\s*/g, " $1 ").replace(/\s+/g, " ").trim();

const keysOf = new WeakMap(); // a context → its keys by normal name, for names that hold spaces or signs

/** The entry of a context by its normal name; undefined when there is none. */
export function entry(context, name) {
  if (Object.hasOwn(context, name)) return context[name] ?? null;
  if (!/\W/.test(name)) return undefined;
  let keys = keysOf.get(context);
  if (!keys || keys.size !== Object.keys(context).length) {
    keys = new Map(Object.keys(context).map((key) => [normal(key), key]));
    keysOf.set(context, keys);
  }
  return keys.has(name) ? (context[keys.get(name)] ?? null) : undefined;
}

export class Scope {
  constructor(names, outer = null) {
    this.names = names;
    this.outer = outer;
  }
  find(name) {
    for (let scope = this; scope; scope = scope.outer) {
      const value = entry(scope.names, name);
      if (value !== undefined) return value;
    }
    return undefined;
  }
  /** Whether an item being filtered anywhere around has an entry of this name. */
  askedOfItems(name) {
    for (let scope = this; scope; scope = scope.outer) {
      if (scope.siblings?.some((item) => isContext(item) && entry(item, name) !== undefined)) return true;
    }
    return false;
  }
  inside(names) {
    return new Scope(names, this);
  }
}

/** How the present evaluation is done, and its remarks: {type, message, from}. */
export const run = { strict: true, standard: false, remarks: [] };

/** Runs `work` as a strict or lenient, house or standard evaluation; remarks are added to `remarks`. */
export function running(how, remarks, work) {
  const before = { ...run };
  Object.assign(run, how, { remarks });
  try {
    return work();
  } finally {
    Object.assign(run, before);
  }
}

/**
 * Something the author of the text ought to know. A `kind` beginning with “unknown-” or “refused-” is no value at all
 * for a strict evaluation: it is thrown as {motcua: {kind, name, from}}.
 */
export function remark(kind, place, message, name = "") {
  const from = place?.from ?? 0;
  if (run.strict && /^(unknown|refused)-/.test(kind)) throw { motcua: { kind: kind.replace(/^refused-/, ""), name, from, message } };
  if (run.remarks.length < 100) run.remarks.push({ kind, name, from, message });
  return null;
}
