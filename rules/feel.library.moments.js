// Dates, times and durations (DMN 1.5, 10.3.4.1, 10.3.4.6 and 10.3.4.8).
import * as moments from "./feel.moments.js";
import { combine, FeelDate, FeelDateTime, FeelTime, parseDate, parseDateTime, parseDuration, parseTime } from "./feel.moments.js";
import { equal } from "./feel.values.js";

const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const dateOf = (from) => {
  if (typeof from === "string") return parseDate(from) ?? undefined;
  return from instanceof FeelDate ? from : from instanceof FeelDateTime ? from.date : undefined;
};

const timeOf = (from) => {
  if (typeof from === "string") return parseTime(from) ?? undefined;
  if (from instanceof FeelDate) return moments.UTC_MIDNIGHT;
  return from instanceof FeelTime ? from : from instanceof FeelDateTime ? from.time : undefined;
};

const momentOf = (from) => {
  if (typeof from === "string") return parseDateTime(from) ?? undefined;
  return from instanceof FeelDate ? combine(from, new FeelTime(0n, null)) : from instanceof FeelDateTime ? from : undefined;
};

function momentFrom(year, month, day, hour, minute, second, offset) {
  const zone = typeof offset === "string" ? parseTime(`00:00:00@${offset}`)?.zone : undefined;
  if (typeof offset === "string" && zone === undefined) return undefined;
  const date = moments.dateFrom(year, month, day);
  const time = moments.timeFrom(hour, minute, second, offset instanceof moments.FeelDuration ? offset : null);
  return date && time ? combine(date, zone === undefined ? time : new FeelTime(time.nanos, zone)) : undefined;
}

export const MOMENTS = {
  date: [
    ["from: any", dateOf],
    ["year: number, month: number, day: number", (year, month, day) => moments.dateFrom(year, month, day) ?? undefined],
  ],
  time: [
    ["from: any", timeOf],
    [
      "hour: number, minute: number, second: number, offset: days and time duration?",
      (hour, minute, second, offset) => moments.timeFrom(hour, minute, second, offset ?? null) ?? undefined,
    ],
  ],
  "date and time": [
    ["from: any", momentOf],
    ["date: day, time: time", combine],
    ["year: number, month: number, day: number, hour: number, minute: number, second: number, offset: days and time duration?", momentFrom],
    ["year: number, month: number, day: number, hour: number, minute: number, second: number, timezone: string", momentFrom],
  ],
  duration: [["from: string", (from) => parseDuration(from) ?? undefined]],
  "years and months duration": [["from: day, to: day", moments.monthsBetween]],
  now: [["", moments.now]],
  today: [["", moments.today]],
  is: [["value1: any, value2: any", (one, other) => equal(one, other, true)]],
  "day of year": [["date: day", (date) => (date.date ?? date).yearDay]],
  "day of week": [["date: day", (date) => DAYS[date.weekday - 1]]],
  "month of year": [["date: day", (date) => MONTHS[date.month - 1]]],
  "week of year": [["date: day", (date) => (date.date ?? date).week]],
};
