// The arithmetic of FEEL (DMN 1.5, 10.3.2.3 and Tables 57 to 60): anything it is not defined for is null.
import { difference, FeelDate, FeelDateTime, FeelDuration, FeelMonths, FeelTime, isDuration, isTemporal, shift } from "./feel.moments.js";

export const MOST_EXACT = Number.MAX_SAFE_INTEGER; // 2^53 - 1: beyond it a sum may have lost its last digit

/**
 * A number as decimal arithmetic would give it: FEEL's numbers are decimals, a double is not, so a fraction is kept to
 * the 15 significant digits a double holds faithfully (0.1 + 0.2 is 0.3). Whole numbers are left as they are. What is
 * no number any more is null.
 */
export function settled(number) {
  if (Number.isInteger(number)) return number + 0;
  if (!Number.isFinite(number)) return null;
  return Number(number.toPrecision(15));
}

/** Whether whole numbers gave a whole number too large to be exact. */
export const inexact = (result, a, b) => Number.isInteger(result) && Math.abs(result) > MOST_EXACT && Number.isInteger(a) && Number.isInteger(b);

const numbers = (a, b) => typeof a === "number" && typeof b === "number";
const alike = (a, b) => (a instanceof FeelDuration && b instanceof FeelDuration) || (a instanceof FeelMonths && b instanceof FeelMonths);
const inNanos = (number) => BigInt(Math.trunc(number));

function scaled(duration, factor) {
  if (!Number.isFinite(factor)) return null;
  if (duration instanceof FeelMonths) return new FeelMonths(Math.trunc(settled(duration.count * factor)) + 0);
  if (Number.isInteger(factor)) return new FeelDuration(duration.nanos * BigInt(factor));
  return new FeelDuration(inNanos(settled(Number(duration.nanos) * factor)));
}

function sumOfDurations(a, b, sign) {
  return a instanceof FeelMonths ? new FeelMonths(a.count + sign * b.count) : new FeelDuration(a.nanos + BigInt(sign) * b.nanos);
}

const movable = (moment, duration) => isTemporal(moment) && isDuration(duration) && !(moment instanceof FeelTime && duration instanceof FeelMonths);

export const OPERATORS = {
  "+": (a, b) => {
    if (numbers(a, b)) return settled(a + b);
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (alike(a, b)) return sumOfDurations(a, b, 1);
    if (movable(a, b)) return shift(a, b, 1);
    return movable(b, a) ? shift(b, a, 1) : undefined;
  },
  "-": (a, b) => {
    if (numbers(a, b)) return settled(a - b);
    if (alike(a, b)) return sumOfDurations(a, b, -1);
    if (movable(a, b)) return shift(a, b, -1);
    const dated = (each) => each instanceof FeelDate || each instanceof FeelDateTime;
    return (dated(a) && dated(b)) || (a instanceof FeelTime && b instanceof FeelTime) ? difference(a, b) : undefined;
  },
  "*": (a, b) => {
    if (numbers(a, b)) return settled(a * b);
    if (isDuration(a) && typeof b === "number") return scaled(a, b);
    return isDuration(b) && typeof a === "number" ? scaled(b, a) : undefined;
  },
  "/": (a, b) => {
    if (numbers(a, b)) return b === 0 ? null : settled(a / b);
    if (isDuration(a) && typeof b === "number") {
      if (b === 0) return null;
      if (a instanceof FeelDuration && Number.isInteger(b)) return new FeelDuration(a.nanos / BigInt(b));
      return scaled(a, 1 / b);
    }
    if (!alike(a, b)) return undefined;
    const [left, right] = a instanceof FeelMonths ? [a.count, b.count] : [Number(a.nanos), Number(b.nanos)];
    return right === 0 ? null : settled(left / right);
  },
  "**": (a, b) => (numbers(a, b) ? settled(a ** b) : undefined),
};
OPERATORS["^"] = OPERATORS["**"];

export const negative = (value) => {
  if (typeof value === "number") return -value + 0;
  if (value instanceof FeelMonths) return new FeelMonths(-value.count + 0);
  return value instanceof FeelDuration ? new FeelDuration(-value.nanos) : undefined;
};
