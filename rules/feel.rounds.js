// What a loop goes through (DMN 1.5, 10.3.2.14 and grammar rule 46).
import { FeelDate } from "./feel.moments.js";
import { compare, FeelRange, same } from "./feel.values.js";

/** What `in` goes through: a list, whole numbers or days from one end to the other, a closed range; else null. */
export function iterated(values) {
  if (values.length === 2) return steps(values[0], values[1], true);
  const [value] = values;
  if (value === null) return null;
  if (value instanceof FeelRange) {
    if (value.op || compare(value.start, value.end) === 1) return null;
    const all = steps(value.start, value.end, false);
    return all && all.slice(value.startIncluded ? 0 : 1, value.endIncluded || !same(all.at(-1), value.end) ? all.length : -1);
  }
  return Array.isArray(value) ? value : [value];
}

function steps(from, to, descending) {
  if (typeof from === "number" && typeof to === "number") {
    if (!Number.isInteger(from) || !Number.isInteger(to)) return null;
    return walk(from, to, descending);
  }
  if (from instanceof FeelDate && to instanceof FeelDate) return walk(from.days, to.days, descending)?.map((days) => new FeelDate(days));
  return null;
}

function walk(from, to, descending) {
  if (to < from && !descending) return null;
  const size = Math.abs(to - from) + 1;
  return Array.from({ length: size }, (_, place) => (to < from ? from - place : from + place));
}

