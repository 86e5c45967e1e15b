// The words a Vietnamese letter needs: tien, ngay, ngay_chu, bang_chu. A missing value stays missing; a wrong one is refused.
import { FeelDate, FeelDateTime, parseDate, parseDateTime } from "./feel.moments.js";
import { Refusal } from "./feel.crossing.js";

const DIGITS = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];
const two = (number) => String(number).padStart(2, "0");

function numberOf(value, name) {
  if (typeof value !== "number") throw new Refusal(`Hàm “${name}” cần một số.`);
  return value;
}

/** The calendar day of a date, of a moment (in Viet Nam) or of a text such as "2026-02-05". */
function dayOf(value, name) {
  const read = typeof value === "string" ? (value.includes("T") ? parseDateTime(value) : parseDate(value)) : value;
  if (read instanceof FeelDate || read instanceof FeelDateTime) return read;
  throw new Refusal(`Hàm “${name}” cần một ngày.`);
}

/** 1234567 → "1.234.567" */
function tien(value) {
  if (value === null || value === undefined) return null;
  const [, sign, whole, rest] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(numberOf(value, "tien"))) ?? [];
  if (whole === undefined) throw new Refusal("Số tiền quá lớn hoặc quá lẻ.");
  return sign + whole.replace(/\B(?=(\d{3})+$)/g, ".") + (rest ? `,${rest}` : "");
}

/** "05/02/2026" */
function ngay(value) {
  if (value === null || value === undefined) return null;
  const day = dayOf(value, "ngay");
  return `${two(day.day)}/${two(day.month)}/${String(day.year).padStart(4, "0")}`;
}

/** "ngày 05 tháng 02 năm 2026": days below 10 and months 1 and 2 take a leading zero (Decree 30/2020/NĐ-CP, Annex I). */
function ngay_chu(value) {
  if (value === null || value === undefined) return null;
  const day = dayOf(value, "ngay_chu");
  return `ngày ${two(day.day)} tháng ${day.month < 3 ? two(day.month) : day.month} năm ${day.year}`;
}

function threeDigits(number, full) {
  const [hundreds, tens, units] = [Math.floor(number / 100), Math.floor(number / 10) % 10, number % 10];
  const words = [];
  if (hundreds || full) words.push(DIGITS[hundreds], "trăm");
  if (tens > 1) words.push(DIGITS[tens], "mươi");
  else if (tens === 1) words.push("mười");
  else if (units && words.length) words.push("linh");
  if (units === 1 && tens > 1) words.push("mốt");
  else if (units === 5 && tens) words.push("lăm");
  else if (units) words.push(DIGITS[units]);
  return words;
}

function nineDigits(number, full) {
  const words = [];
  for (const [size, name] of [[1e6, "triệu"], [1e3, "nghìn"], [1, ""]]) {
    const group = Math.floor(number / size) % 1000;
    if (!group) continue;
    words.push(...threeDigits(group, full || words.length > 0));
    if (name) words.push(name);
  }
  return words;
}

function allDigits(number) {
  if (number < 1e9) return nineDigits(number, false);
  const rest = number % 1e9;
  return [...allDigits(Math.floor(number / 1e9)), "tỷ", ...nineDigits(rest, true)];
}

/** 1234567 → "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng"; whole numbers only. */
function bang_chu(value) {
  if (value === null || value === undefined) return null;
  if (!Number.isSafeInteger(numberOf(value, "bang_chu"))) throw new Refusal("Chỉ đọc được số tiền nguyên đồng thành chữ.");
  const words = value === 0 ? ["không"] : [...(value < 0 ? ["âm"] : []), ...allDigits(Math.abs(value))];
  const text = [...words, "đồng"].join(" ");
  return text[0].toUpperCase() + text.slice(1);
}

const gentle = (word) => [["value: any", word]];
export const WORDS = { tien: gentle(tien), ngay: gentle(ngay), ngay_chu: gentle(ngay_chu), bang_chu: gentle(bang_chu) };
