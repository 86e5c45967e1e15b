// Lists and contexts (DMN 1.5, 10.3.4.4, 10.3.4.9 and 10.3.4.10). Elements are compared as `=` compares them.
import { call } from "./feel.call.js";
import { settled } from "./feel.reckon.js";
import { entry, normal } from "./feel.scope.js";
import { alike as same, compare, contextOf, FeelFunction, isContext } from "./feel.values.js";

/** A function of a list, or of the list's elements as arguments. */
const elements = (work) => [
  ["list: list", work],
  ["list: any*", (...list) => (list.length ? work(list) : undefined)],
];

/** As `elements`, for numbers only. */
const numbers = (work) =>
  elements((list) => (list.length && list.every((each) => typeof each === "number") ? work(list) : undefined));

const total = (list) => settled(list.reduce((sum, each) => settled(sum + each), 0));
const mean = (list) => settled(total(list) / list.length);

function furthest(sign) {
  return elements((list) => {
    if (!list.length || list.some((each) => compare(each, list[0]) === null)) return undefined;
    return list.reduce((found, each) => (compare(each, found) * sign > 0 ? each : found));
  });
}

const decided = (decisive) =>
  elements((list) => {
    if (list.includes(decisive)) return decisive;
    return list.every((each) => typeof each === "boolean") ? !decisive : null;
  });

/** Where a position counted from 1, or from the end when negative, stands; -1 outside. */
function placeOf(list, position) {
  const place = position < 0 ? list.length + Math.trunc(position) : Math.trunc(position) - 1;
  return position === 0 || place >= list.length ? -1 : place;
}

function sublist(list, start, length) {
  const place = placeOf(list, start);
  if (place < 0 || (length !== undefined && (length < 1 || place + length > list.length))) return undefined;
  return list.slice(place, length === undefined ? undefined : place + Math.trunc(length));
}

function insertBefore(list, position, item) {
  const place = position === list.length + 1 ? list.length : placeOf(list, position);
  return place < 0 ? undefined : [...list.slice(0, place), item, ...list.slice(place)];
}

function remove(list, position) {
  const place = placeOf(list, position);
  return place < 0 ? undefined : list.filter((_, at) => at !== place);
}

function replaceAt(list, position, item) {
  if (!Number.isInteger(position)) return undefined;
  const place = placeOf(list, position);
  return place < 0 ? undefined : list.map((each, at) => (at === place ? item : each));
}

function replaceMatching(list, match, item) {
  const answers = list.map((each) => call(match, [each, item]));
  if (answers.some((answer) => typeof answer !== "boolean")) return undefined;
  return list.map((each, at) => (answers[at] ? item : each));
}

function distinct(list) {
  const kept = [];
  const plain = new Set();
  for (const each of list) {
    const scalar = typeof each !== "object" || each === null;
    if (scalar ? plain.has(each) || kept.some((one) => typeof one === "object" && same(one, each)) : kept.some((one) => same(one, each))) continue;
    if (scalar) plain.add(each);
    kept.push(each);
  }
  return kept;
}

function joined(lists) {
  return lists.some((each) => each === null) ? undefined : lists.flatMap((each) => (Array.isArray(each) ? each : [each]));
}

function median(list) {
  const ordered = [...list].sort((a, b) => a - b);
  const middle = Math.floor(ordered.length / 2);
  return ordered.length % 2 ? ordered[middle] : settled((ordered[middle - 1] + ordered[middle]) / 2);
}

function deviation(list) {
  if (list.length < 2) return undefined;
  const middle = mean(list);
  return settled(Math.sqrt(list.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (list.length - 1)));
}

function mode(list) {
  if (list.some((each) => typeof each !== "number")) return undefined;
  const counts = new Map();
  for (const each of list) counts.set(each, (counts.get(each) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts.keys()].filter((each) => counts.get(each) === most).sort((a, b) => a - b);
}

/** Sorted so that `precedes` holds from each to the next, by merging: every comparison is asked once. */
function sort(list, precedes) {
  if (list.length < 2) return list;
  const middle = Math.floor(list.length / 2);
  const [left, right] = [sort(list.slice(0, middle), precedes), sort(list.slice(middle), precedes)];
  if (left === undefined || right === undefined) return undefined;
  const merged = [];
  let [a, b] = [0, 0];
  while (a < left.length && b < right.length) {
    const first = call(precedes, [right[b], left[a]]);
    if (typeof first !== "boolean") return undefined;
    merged.push(first ? right[b++] : left[a++]);
  }
  return [...merged, ...left.slice(a), ...right.slice(b)];
}

function contextFrom(list) {
  const made = contextOf();
  for (const each of list) {
    if (!isContext(each) || typeof each.key !== "string" || !("value" in each) || each.key in made) return undefined;
    made[each.key] = each.value;
  }
  return made;
}

function put(context, keys, value) {
  const [key, ...rest] = keys;
  if (typeof key !== "string" || !isContext(context)) return undefined;
  const inner = rest.length ? put(context[key] ?? null, rest, value) : value;
  return inner === undefined ? undefined : contextOf({ ...context, [key]: inner });
}

function valueAt(context, keys) {
  let found = context;
  for (const key of keys) {
    if (typeof key !== "string" || !isContext(found)) return undefined;
    found = entry(found, key) ?? entry(found, normal(key)) ?? null;
  }
  return found;
}

export const LISTS = {
  "list contains": [["list: list, element: any", (list, element) => list.some((each) => same(each, element))]],
  count: [["list: list", (list) => list.length]],
  min: furthest(-1),
  max: furthest(1),
  sum: numbers(total),
  mean: numbers(mean),
  all: decided(false),
  any: decided(true),
  sublist: [["list: list, start position: number, length: number?", sublist]],
  append: [["list: list, item: any*", (list, ...items) => [...list, ...items]]],
  concatenate: [["list: any*", (...lists) => (lists.length ? joined(lists) : undefined)]],
  "insert before": [["list: list, position: number, newItem: any", insertBefore]],
  remove: [["list: list, position: number", remove]],
  "list replace": [
    ["list: list, position: number, newItem: any", replaceAt],
    ["list: list, match: function, newItem: any", replaceMatching],
  ],
  reverse: [["list: list", (list) => [...list].reverse()]],
  "index of": [["list: list, match: any", (list, match) => list.flatMap((each, at) => (same(each, match) ? [at + 1] : []))]],
  union: [
    [
      "list: any*",
      (...lists) => {
        const all = lists.length ? joined(lists) : undefined;
        return all && distinct(all);
      },
    ],
  ],
  "distinct values": [["list: list", distinct]],
  "duplicate values": [["list: list", (list) => distinct(list.filter((each, at) => list.some((other, place) => place !== at && same(each, other))))]],
  flatten: [["list: list", (list) => list.flat(100)]],
  product: numbers((list) => settled(list.reduce((product, each) => product * each, 1))),
  median: numbers(median),
  stddev: numbers(deviation),
  mode: elements((list) => (list.length ? mode(list) : [])),
  sort: [["list: list, precedes: function", (list, precedes) => (precedes instanceof FeelFunction ? sort(list, precedes) : undefined)]],
  "get value": [
    ["m: context, key: string", (context, key) => valueAt(context, [key])],
    ["m: context, keys: list", (context, keys) => (keys.length ? valueAt(context, keys) : undefined)],
  ],
  "get entries": [["m: context", (context) => Object.keys(context).map((key) => contextOf({ key, value: context[key] }))]],
  context: [["entries: list", contextFrom]],
  "context merge": [["contexts: list", (contexts) => (contexts.every(isContext) ? contextOf(Object.assign({}, ...contexts)) : undefined)]],
  "context put": [
    ["context: context, key: string, value: any", (context, key, value) => put(context, [key], value)],
    ["context: context, keys: list, value: any", (context, keys, value) => (keys.length ? put(context, keys, value) : undefined)],
  ],
};
