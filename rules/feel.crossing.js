// Values crossing the border between Python and FEEL. Moments, dates, times and durations travel as {"$feel": [kind, text]}.
import { dateAndTime, duration, FeelDate, FeelDateTime, FeelDuration, FeelTime, isFunction, isRange, parseDate, time } from "feelin";

const READERS = { date: parseDate, time, "date and time": dateAndTime, duration, months: duration };
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
  const context = {};
  for (const key of Object.keys(value)) context[key] = fromHost(value[key]);
  return context;
}

export function toHost(value) {
  let parts = 0;
  const walk = (value, depth) => {
    if (value === null || value === undefined) return null;
    if (++parts > LARGEST || depth > DEEPEST) throw new Refusal("Kết quả quá lớn hoặc lồng nhau quá sâu.");
    if (typeof value === "number" && !Number.isFinite(value)) throw new Refusal("Kết quả là một số quá lớn.");
    if (typeof value === "function" || isFunction(value)) {
      throw new Refusal("Kết quả là một hàm, không phải một giá trị; có phải thiếu dấu ngoặc “()” sau tên hàm không?");
    }
    if (typeof value !== "object") return value;
    if (value instanceof FeelDate) return { $feel: ["date", value.iso] };
    if (value instanceof FeelTime) return { $feel: ["time", value.iso] };
    if (value instanceof FeelDateTime) return { $feel: ["date and time", value.iso] };
    if (value instanceof FeelDuration) return { $feel: [value.yearsMonths ? "months" : "duration", value.iso] };
    if (isRange(value)) {
      return walk({ start: value.start, end: value.end, "start included": value["start included"], "end included": value["end included"] }, depth);
    }
    if (Array.isArray(value)) return value.map((item) => walk(item, depth + 1));
    const result = {};
    for (const key of Object.keys(value)) result[key] = walk(value[key], depth + 1);
    return result;
  };
  return walk(value, 0);
}
