// How points and ranges stand to one another (DMN 1.5, 10.3.4.7, Table 78). A range with an open end, or two things that
// cannot be compared, give null.
import { parseDate, parseDateTime, parseDuration, parseTime } from "./feel.moments.js";
import { compare, FeelRange, within } from "./feel.values.js";

class Incomparable extends Error {}

function order(a, b) {
  const result = compare(a, b);
  if (result === null) throw new Incomparable();
  return result;
}

/** Signatures of a relation; what cannot be compared has no answer. */
const relation = (...signatures) =>
  signatures.map(([written, work]) => [
    written,
    (...values) => {
      try {
        return work(...values) ?? undefined;
      } catch (error) {
        if (error instanceof Incomparable) return undefined;
        throw error;
      }
    },
  ]);

const asRange = (value) => (value instanceof FeelRange ? value : new FeelRange(value, value, true, true));

function before(one, other) {
  const [a, b] = [asRange(one), asRange(other)];
  const gap = order(a.end, b.start);
  return gap < 0 || (gap === 0 && (!a.endIncluded || !b.startIncluded));
}

const meets = (a, b) => order(a.end, b.start) === 0 && a.endIncluded && b.startIncluded;
const overlaps = (a, b) => !before(a, b) && !before(b, a);

function startsEarlier(a, b) {
  const gap = order(a.start, b.start);
  return gap < 0 || (gap === 0 && a.startIncluded && !b.startIncluded);
}

function endsEarlier(a, b) {
  const gap = order(a.end, b.end);
  return gap < 0 || (gap === 0 && !a.endIncluded && b.endIncluded);
}

const overlapsBefore = (a, b) => startsEarlier(a, b) && overlaps(a, b) && (endsEarlier(a, b) || sameEnd(a, b));
const overlapsAfter = (a, b) => startsEarlier(b, a) && overlaps(a, b) && (endsEarlier(b, a) || sameEnd(a, b));
const sameEnd = (a, b) => order(a.end, b.end) === 0 && a.endIncluded === b.endIncluded;
const sameStart = (a, b) => order(a.start, b.start) === 0 && a.startIncluded === b.startIncluded;

function finishes(value, range) {
  if (!(value instanceof FeelRange)) return range.endIncluded && order(value, range.end) === 0;
  return sameEnd(value, range) && !startsEarlier(value, range);
}

function starts(value, range) {
  if (!(value instanceof FeelRange)) return range.startIncluded && order(value, range.start) === 0;
  return sameStart(value, range) && !endsEarlier(range, value);
}

function coincides(one, other) {
  if (!(one instanceof FeelRange) && !(other instanceof FeelRange)) return order(one, other) === 0;
  return one instanceof FeelRange && other instanceof FeelRange ? sameStart(one, other) && sameEnd(one, other) : undefined;
}

const LITERAL = /^\s*([[(\]])\s*(.*?)\s*\.\.\s*(.*?)\s*([\])[])\s*$/s;

/** An end of a range as text: a number, a quoted text, a date, time or duration in any of their writings. */
function endOf(text) {
  if (text === "") return null;
  if (/^-?(\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
  const quoted = /^"((?:[^"\\]|\\.)*)"$/s.exec(text);
  if (quoted) return quoted[1];
  const [, how, inner] = /^(@|date and time|date|time|duration)\s*\(?\s*"([^"]*)"\s*\)?$/.exec(text) ?? [];
  const readers = { date: [parseDate], time: [parseTime], "date and time": [parseDateTime], duration: [parseDuration], "@": [parseDuration, parseDate, parseTime, parseDateTime] };
  return readers[how]?.map((read) => read(inner)).find((value) => value !== null) ?? undefined;
}

function rangeFrom(text) {
  const found = LITERAL.exec(text);
  if (!found) return undefined;
  const [low, high] = [endOf(found[2]), endOf(found[3])];
  if (low === undefined || high === undefined || (low === null && high === null)) return undefined;
  if (low !== null && high !== null && !(compare(low, high) <= 0 && compare(low, high) !== null)) return undefined;
  const [startIncluded, endIncluded] = [found[1] === "[", found[4] === "]"];
  if ((low === null && startIncluded) || (high === null && endIncluded)) return undefined;
  const op = low === null ? (endIncluded ? "<=" : "<") : high === null ? (startIncluded ? ">=" : ">") : "";
  return new FeelRange(low, high, startIncluded, endIncluded, op);
}

const ANY_TWO = "point or range";

export const RANGES = {
  before: relation([`point1: ${ANY_TWO}, point2: ${ANY_TWO}`, before], [`range: ${ANY_TWO}, point: ${ANY_TWO}`, before], [`point: ${ANY_TWO}, range: ${ANY_TWO}`, before], [`range1: ${ANY_TWO}, range2: ${ANY_TWO}`, before]),
  after: relation(...[["point1", "point2"], ["range", "point"], ["point", "range"], ["range1", "range2"]].map(([a, b]) => [`${a}: ${ANY_TWO}, ${b}: ${ANY_TWO}`, (one, other) => before(other, one)])),
  meets: relation(["range1: range, range2: range", meets]),
  "met by": relation(["range1: range, range2: range", (a, b) => meets(b, a)]),
  overlaps: relation(["range1: range, range2: range", overlaps]),
  "overlaps before": relation(["range1: range, range2: range", overlapsBefore]),
  "overlaps after": relation(["range1: range, range2: range", overlapsAfter]),
  finishes: relation([`point: ${ANY_TWO}, range: range`, finishes], [`range1: range, range2: range`, finishes]),
  "finished by": relation([`range: range, point: ${ANY_TWO}`, (range, value) => finishes(value, range)], ["range1: range, range2: range", (a, b) => finishes(b, a)]),
  includes: relation([`range: range, point: ${ANY_TWO}`, within], ["range1: range, range2: range", within]),
  during: relation([`point: ${ANY_TWO}, range: range`, (value, range) => within(range, value)], ["range1: range, range2: range", (a, b) => within(b, a)]),
  starts: relation([`point: ${ANY_TWO}, range: range`, starts], ["range1: range, range2: range", starts]),
  "started by": relation([`range: range, point: ${ANY_TWO}`, (range, value) => starts(value, range)], ["range1: range, range2: range", (a, b) => starts(b, a)]),
  coincides: relation([`point1: ${ANY_TWO}, point2: ${ANY_TWO}`, coincides], ["range1: range, range2: range", coincides]),
  range: [["from: string", rangeFrom]],
};
