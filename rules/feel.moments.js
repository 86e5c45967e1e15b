// Dates, times, moments and durations as FEEL means them (DMN 1.5, 10.3.2.3.4 to 10.3.2.3.8): years of any size, nanoseconds,
// offsets to the second and named zones. A moment keeps the zone it was written in; where the law's clock is set
// (`legal`), every moment is put into Vietnamese time as it is made, and one without a zone is taken as Vietnamese.
import { Temporal } from "temporal-polyfill";

const LEGAL = "Asia/Ho_Chi_Minh";
const SECOND = 1_000_000_000n;
const DAY = 86_400n * SECOND;
const EPOCH_SHIFT = 719_468; // days from 0000-03-01 to 1970-01-01
const FARTHEST_YEAR = 999_999_999;
const FARTHEST_OFFSET = 18 * 3600; // as in java.time, which the compatibility kit was written with

let legal = false;
let present = { local: 0n, zone: null };

/** What time it is, and whether moments are put into Vietnamese time. */
export function setClock({ moment, standard }) {
  legal = !standard;
  const now = Temporal.Instant.from(moment).toZonedDateTimeISO(LEGAL);
  present = { local: now.epochNanoseconds + BigInt(now.offsetNanoseconds), zone: Math.round(now.offsetNanoseconds / 1e9) };
}

const floorDiv = (a, b) => (a - (((a % b) + b) % b)) / b;
const two = (number) => String(number).padStart(2, "0");

function daysOf(year, month, day) {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - EPOCH_SHIFT;
}

function civilOf(days) {
  const shifted = days + EPOCH_SHIFT;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const step = Math.floor((5 * ofYear + 2) / 153);
  const month = step < 10 ? step + 3 : step - 9;
  return { year: year + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * step + 2) / 5) + 1 };
}

const isLeap = (year) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
const lengthOf = (year, month) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
const yearText = (year) => (year < 0 ? "-" : "") + String(Math.abs(year)).padStart(4, "0");

export class FeelDate {
  constructor(days) {
    this.days = days;
    Object.assign(this, civilOf(days));
  }
  get weekday() {
    return ((((this.days + 3) % 7) + 7) % 7) + 1;
  }
  get yearDay() {
    return this.days - daysOf(this.year, 1, 1) + 1;
  }
  /** The week of the year by ISO 8601: the first one holds the year's first Thursday. */
  get week() {
    const thursday = new FeelDate(this.days - this.weekday + 4);
    return Math.floor((thursday.yearDay - 1) / 7) + 1;
  }
  toString() {
    return `${yearText(this.year)}-${two(this.month)}-${two(this.day)}`;
  }
}

/** The seconds east of Greenwich of a zone (a number of seconds, or a name) at a wall clock's time. */
function offsetAt(zone, local) {
  if (typeof zone === "number") return zone;
  const days = Number(floorDiv(local, DAY));
  const { year, month, day } = civilOf(days);
  const seconds = Number((local - BigInt(days) * DAY) / SECOND);
  const parts = { year, month, day, hour: Math.floor(seconds / 3600), minute: Math.floor(seconds / 60) % 60, second: seconds % 60 };
  try {
    return Math.round(Temporal.PlainDateTime.from(parts).toZonedDateTime(zone).offsetNanoseconds / 1e9);
  } catch {
    return Math.round(new Temporal.PlainDateTime(2000, month, 1).toZonedDateTime(zone).offsetNanoseconds / 1e9);
  }
}

function zoneText(zone) {
  if (zone === null) return "";
  if (typeof zone === "string") return `@${zone}`;
  if (zone === 0) return "Z";
  const size = Math.abs(zone);
  const rest = size % 60 ? `:${two(size % 60)}` : "";
  return `${zone < 0 ? "-" : "+"}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest}`;
}

function clockText(nanos) {
  const seconds = Number(nanos / SECOND);
  const fraction = nanos % SECOND;
  const rest = fraction ? `.${String(fraction).padStart(9, "0").replace(/0+$/, "")}` : "";
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest}`;
}

class Clocked {
  get seconds() {
    return Number(this.nanos / SECOND);
  }
  get hour() {
    return Math.floor(this.seconds / 3600);
  }
  get minute() {
    return Math.floor(this.seconds / 60) % 60;
  }
  get second() {
    return this.seconds % 60;
  }
  get timezone() {
    return typeof this.zone === "string" ? this.zone : null;
  }
  get offset() {
    return this.zone === null ? null : offsetAt(this.zone, this.local);
  }
  /** Nanoseconds on one line all comparable values stand on. */
  get instant() {
    const zone = this.zone ?? (legal && this instanceof FeelDateTime ? LEGAL : null);
    return zone === null ? this.local : this.local - BigInt(offsetAt(zone, this.local)) * SECOND;
  }
}

export class FeelTime extends Clocked {
  constructor(nanos, zone) {
    super();
    this.nanos = ((nanos % DAY) + DAY) % DAY;
    this.zone = zone;
  }
  get local() {
    return this.nanos;
  }
  toString() {
    return clockText(this.nanos) + zoneText(this.zone);
  }
}

export class FeelDateTime extends Clocked {
  constructor(local, zone) {
    super();
    let [own, ownZone] = [local, zone];
    if (legal && zone !== 7 * 3600) {
      const instant = zone === null ? local - BigInt(offsetAt(LEGAL, local)) * SECOND : local - BigInt(offsetAt(zone, local)) * SECOND;
      ownZone = legalOffset(instant);
      own = instant + BigInt(ownZone) * SECOND;
    }
    this.local = own;
    this.zone = ownZone;
    this.days = Number(floorDiv(own, DAY));
    this.nanos = own - BigInt(this.days) * DAY;
    Object.assign(this, civilOf(this.days));
  }
  get weekday() {
    return this.date.weekday;
  }
  get date() {
    return new FeelDate(this.days);
  }
  get time() {
    return new FeelTime(this.nanos, this.zone);
  }
  toString() {
    return `${this.date}T${clockText(this.nanos)}${zoneText(this.zone)}`;
  }
}

const LEGAL_SINCE = BigInt(Date.UTC(1980, 0, 1)) * 1_000_000n; // Viet Nam keeps one offset since 1975

function legalOffset(instant) {
  if (instant >= LEGAL_SINCE) return 7 * 3600;
  try {
    return Math.round(Temporal.Instant.fromEpochMilliseconds(Number(instant / 1_000_000n)).toZonedDateTimeISO(LEGAL).offsetNanoseconds / 1e9);
  } catch {
    return 7 * 3600;
  }
}

/** A “years and months duration”, in whole months. */
export class FeelMonths {
  constructor(months) {
    this.count = months;
  }
  get years() {
    return Math.trunc(this.count / 12);
  }
  get months() {
    return this.count % 12;
  }
  toString() {
    const [years, months] = [Math.abs(this.years), Math.abs(this.months)];
    return `${this.count < 0 ? "-" : ""}P${years ? `${years}Y` : ""}${months || !years ? `${months}M` : ""}`;
  }
}

/** A “days and time duration”, in nanoseconds. */
export class FeelDuration {
  constructor(nanos) {
    this.nanos = nanos;
  }
  get days() {
    return Number(this.nanos / DAY);
  }
  get hours() {
    return Number((this.nanos % DAY) / (3600n * SECOND));
  }
  get minutes() {
    return Number((this.nanos % (3600n * SECOND)) / (60n * SECOND));
  }
  get seconds() {
    return Number(this.nanos % (60n * SECOND)) / 1e9;
  }
  toString() {
    const size = this.nanos < 0n ? -this.nanos : this.nanos;
    const rest = size % DAY;
    const parts = [rest / (3600n * SECOND), (rest / (60n * SECOND)) % 60n, rest % (60n * SECOND)];
    const fraction = parts[2] % SECOND;
    const seconds = `${parts[2] / SECOND}${fraction ? `.${String(fraction).padStart(9, "0").replace(/0+$/, "")}` : ""}`;
    const clock = `${parts[0] ? `${parts[0]}H` : ""}${parts[1] ? `${parts[1]}M` : ""}${seconds === "0" ? "" : `${seconds}S`}`;
    const days = size / DAY ? `${size / DAY}D` : "";
    return `${this.nanos < 0n ? "-" : ""}P${days}${clock || !days ? `T${clock || "0S"}` : ""}`;
  }
}

export const secondsDuration = (seconds) => new FeelDuration(BigInt(Math.round(seconds)) * SECOND);
export const now = () => new FeelDateTime(present.local, present.zone);
export const today = () => new FeelDate(Number(floorDiv(present.local, DAY)));
export const isTemporal = (value) => value instanceof FeelDate || value instanceof Clocked;
export const isDuration = (value) => value instanceof FeelDuration || value instanceof FeelMonths;

export function dateFrom(year, month, day) {
  const whole = [year, month, day].every(Number.isInteger);
  if (!whole || Math.abs(year) > FARTHEST_YEAR || month < 1 || month > 12 || day < 1 || day > lengthOf(year, month)) return null;
  return new FeelDate(daysOf(year, month, day));
}

export function timeFrom(hour, minute, second, offset) {
  const within = (value, most) => typeof value === "number" && value >= 0 && value < most;
  if (!within(hour, 24) || !within(minute, 60) || !within(second, 60) || !Number.isInteger(hour) || !Number.isInteger(minute)) return null;
  const zone = offset === null ? null : Number(offset.nanos / SECOND);
  if (zone !== null && Math.abs(zone) > FARTHEST_OFFSET) return null;
  return new FeelTime(BigInt(hour * 3600 + minute * 60) * SECOND + BigInt(Math.round(second * 1e9)), zone);
}

/** A date, or the date of a moment, joined with a time. */
export const combine = (date, time) => new FeelDateTime(BigInt(date.days) * DAY + time.nanos, time.zone);
export const midnight = (date) => new FeelDateTime(BigInt(date.days) * DAY, legal ? null : 0);
export const UTC_MIDNIGHT = new FeelTime(0n, 0);

const ZONES = new Set();

/** The zone at the end of a text: null for none, undefined for one that does not exist. */
function zoneOf(text) {
  if (!text) return null;
  if (text === "Z" || text === "z") return 0;
  if (text.startsWith("@")) {
    const name = text.slice(1);
    if (ZONES.has(name)) return name;
    try {
      if (/^[+-]/.test(name)) return undefined;
      new Temporal.PlainDateTime(2000, 1, 1).toZonedDateTime(name);
    } catch {
      return undefined;
    }
    ZONES.add(name);
    return name;
  }
  const [, sign, hours, minutes, seconds] = /^([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds ?? 0);
  if (Number(minutes) > 59 || Number(seconds ?? 0) > 59 || size > FARTHEST_OFFSET) return undefined;
  return sign === "-" ? -size : size;
}

const DATE = /^(-?)([1-9]\d{4,8}|\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^T?(\d\d):(\d\d):(\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d(?::\d\d)?|@[\w+/-]+)?$/;
const DURATION = /^(-)?P(?=\d|T\d)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d*))?S)?)?$/;

export function parseDate(text) {
  const found = DATE.exec(text);
  return found && dateFrom(Number(`${found[1]}${found[2]}`) + 0, Number(found[3]), Number(found[4]));
}

export function parseTime(text) {
  const found = TIME.exec(text);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59 || Number(found[3]) > 59) return null;
  const zone = zoneOf(found[5]);
  if (zone === undefined) return null;
  const seconds = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
  return new FeelTime(BigInt(seconds) * SECOND + BigInt((found[4] ?? "").padEnd(9, "0").slice(0, 9)), zone);
}

export function parseDateTime(text) {
  const at = text.indexOf("T");
  const date = parseDate(at < 0 ? text : text.slice(0, at));
  const time = at < 0 ? new FeelTime(0n, null) : parseTime(text.slice(at + 1));
  return date && time && combine(date, time);
}

export function parseDuration(text) {
  const found = DURATION.exec(text);
  if (!found) return null;
  const [years, months, days, hours, minutes, seconds] = found.slice(2, 8);
  const sign = found[1] ? -1 : 1;
  const clock = [days, hours, minutes, seconds].some((part) => part !== undefined);
  if (years !== undefined || months !== undefined) {
    return clock ? null : new FeelMonths(sign * (Number(years ?? 0) * 12 + Number(months ?? 0)) + 0);
  }
  const whole = BigInt(days ?? 0) * 86_400n + BigInt(hours ?? 0) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0);
  return new FeelDuration(BigInt(sign) * (whole * SECOND + BigInt((found[8] ?? "").padEnd(9, "0").slice(0, 9))));
}

/** What `@"…"` stands for: the text's shape says which (DMN 1.5, 10.3.1.2, grammar rule 62). */
export function parseAny(text) {
  if (/^-?P/.test(text)) return parseDuration(text);
  if (/^T?\d\d:/.test(text)) return parseTime(text);
  return text.includes("T") ? parseDateTime(text) : parseDate(text);
}

/** A date so many months later; a day the month does not have becomes its last one. */
function shiftMonths(date, months) {
  const count = date.year * 12 + date.month - 1 + months;
  const [year, month] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1];
  return dateFrom(year, month, Math.min(date.day, lengthOf(year, month)));
}

/** A moment moved by a duration (10.3.2.3.4 and Table 57): a date stays a date, a time goes round the clock. */
export function shift(moment, duration, sign) {
  if (duration instanceof FeelMonths) {
    if (moment instanceof FeelTime) return null;
    const date = shiftMonths(moment, sign * duration.count);
    if (!date || moment instanceof FeelDate) return date;
    return new FeelDateTime(BigInt(date.days) * DAY + moment.nanos, moment.zone);
  }
  const nanos = BigInt(sign) * duration.nanos;
  if (moment instanceof FeelDate) {
    const days = Number(floorDiv(BigInt(moment.days) * DAY + nanos, DAY));
    return Math.abs(civilOf(days).year) > FARTHEST_YEAR ? null : new FeelDate(days);
  }
  if (moment instanceof FeelTime) return new FeelTime(moment.nanos + nanos, moment.zone);
  if (typeof moment.zone !== "string") return new FeelDateTime(moment.local + nanos, moment.zone);
  const instant = moment.instant + nanos;
  let local = instant + BigInt(offsetAt(moment.zone, moment.local)) * SECOND;
  local = instant + BigInt(offsetAt(moment.zone, local)) * SECOND;
  return new FeelDateTime(local, moment.zone);
}

/** The duration between two moments; null where one has a zone and the other has not. */
export function difference(left, right) {
  if (left instanceof FeelTime !== right instanceof FeelTime) return null;
  const [a, b] = [left, right].map((each, place) => (each instanceof FeelDate ? dawn(each, place ? left : right) : each));
  if (!legal && (a.zone === null) !== (b.zone === null)) return null;
  return new FeelDuration(a.instant - b.instant);
}

const dawn = (date, other) => new FeelDateTime(BigInt(date.days) * DAY, legal || other instanceof FeelDate ? null : 0);

export function monthsBetween(from, to) {
  const [a, b] = [from, to].map((each) => (each instanceof FeelDate ? { ...each, nanos: 0n } : each));
  const forward = b.days > a.days || (b.days === a.days && b.nanos >= a.nanos);
  const [early, late] = forward ? [a, b] : [b, a];
  let months = (late.year - early.year) * 12 + late.month - early.month;
  if (late.day < early.day || (late.day === early.day && late.nanos < early.nanos)) months -= 1;
  return new FeelMonths(forward ? months : -months + 0);
}
