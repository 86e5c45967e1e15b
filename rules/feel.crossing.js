// Values crossing the border between Python and FEEL. Moments, dates, times and durations travel as {"$feel": [kind, text]}.
import { FeelDate, FeelDateTime, FeelDuration, FeelMonths, FeelTime, parseDate, parseDateTime, parseDuration, parseTime } from "./feel.moments.js";
import { contextOf, FeelFunction, FeelRange } from "./feel.values.js";

const READERS = { date: parseDate, time: parseTime, "date and time": parseDateTime, duration: parseDuration, months: parseDuration };
const KINDS = [
  [FeelDate, "date"],
  [FeelTime, "time"],
  [FeelDateTime, "date and time"],
  [FeelDuration, "duration"],
  [FeelMonths, "months"],
];
const LARGEST = 200_000; // parts in one answer
const DEEPEST = 100;

/** Something refused, with a sentence a person is meant to read. */
export class Refusal extends Error {}

export function fromHost(value) {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map(fromHost);
  if (Array.isArray(value.$feel)) {
    const [kind, text] = value.$feel;
    return READERS[kind](text);
  }
  const context = contextOf();
  for (const key of Object.keys(value)) context[key] = fromHost(value[key]);
  return context;
}

export function toHost(value) {
  let parts = 0;
  const walk = (value, depth) => {
    if (value === null || value === undefined) return null;
    if (++parts > LARGEST || depth > DEEPEST) throw new Refusal("Kết quả quá lớn hoặc lồng nhau quá sâu.");
    if (typeof value === "number" && !Number.isFinite(value)) throw new Refusal("Kết quả là một số quá lớn.");
    if (value instanceof FeelFunction) {
      throw new Refusal("Kết quả là một hàm, không phải một giá trị; có phải thiếu dấu ngoặc “()” sau tên hàm không?");
    }
    if (typeof value !== "object") return value;
    const kind = KINDS.find(([maker]) => value instanceof maker)?.[1];
    if (kind) return { $feel: [kind, String(value)] };
    if (value instanceof FeelRange) {
      return walk({ start: value.start, end: value.end, "start included": value.startIncluded, "end included": value.endIncluded }, depth);
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    const result = {};
    for (const key of Object.keys(value)) Object.defineProperty(result, key, { value: walk(value[key], depth + 1), enumerable: true });
    return result;
  };
  return walk(value, 0);
}
