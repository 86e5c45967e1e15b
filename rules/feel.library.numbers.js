// Numbers (DMN 1.5, 10.3.4.5). Rounding is done on the decimal digits, not on the double behind them.
import { FeelDuration, FeelMonths, isDuration } from "./feel.moments.js";
import { settled } from "./feel.reckon.js";

const LEAST_SCALE = -6111;
const MOST_SCALE = 6176;

/** The number with its decimal point moved. */
const moved = (number, places) => {
  const [digits, power = "0"] = String(number).split("e");
  return Number(`${digits}e${Number(power) + places}`);
};

const rounded = (way) => (number, scale) => {
  const places = Math.trunc(scale ?? 0);
  if (places < LEAST_SCALE || places > MOST_SCALE) return undefined;
  if (places > 300) return number;
  const result = moved(way(moved(number, places)), -places);
  return Number.isFinite(result) ? result + 0 : number;
};

const away = (value) => Math.sign(value) * Math.ceil(Math.abs(value));
const toward = (value) => Math.trunc(value);
const half = (settle) => (value) => {
  const size = Math.abs(value);
  const rest = size - Math.floor(size);
  return Math.sign(value) * (rest === 0.5 ? settle(size) : Math.round(size));
};
const even = (size) => (Math.floor(size) % 2 === 0 ? Math.floor(size) : Math.ceil(size));

function absolute(value) {
  if (typeof value === "number") return Math.abs(value);
  if (!isDuration(value)) return value === null ? null : undefined;
  if (value instanceof FeelMonths) return new FeelMonths(Math.abs(value.count));
  return value.nanos < 0n ? new FeelDuration(-value.nanos) : value;
}

const finite = (number) => (Number.isFinite(number) ? settled(number) : undefined);
const modulo = (dividend, divisor) => (divisor === 0 ? undefined : settled(dividend - divisor * Math.floor(settled(dividend / divisor))));

export const NUMBERS = {
  decimal: [["n: number, scale: number", rounded(half(even))]],
  floor: [["n: number, scale: number?", rounded(Math.floor)]],
  ceiling: [["n: number, scale: number?", rounded(Math.ceil)]],
  "round up": [["n: number, scale: number", rounded(away)]],
  "round down": [["n: number, scale: number", rounded(toward)]],
  "round half up": [["n: number, scale: number", rounded(half(Math.ceil))]],
  "round half down": [["n: number, scale: number", rounded(half(Math.floor))]],
  abs: [["n: any", absolute]],
  modulo: [["dividend: number, divisor: number", modulo]],
  sqrt: [["number: number", (number) => (number < 0 ? undefined : finite(Math.sqrt(number)))]],
  log: [["number: number", (number) => (number > 0 ? finite(Math.log(number)) : undefined)]],
  exp: [["number: number", (number) => finite(Math.exp(number))]],
  odd: [["number: number", (number) => Math.abs(number) % 2 === 1]],
  even: [["number: number", (number) => Math.abs(number) % 2 === 0]],
};
