// Texts, truth and conversion (DMN 1.5, 10.3.4.1 to 10.3.4.3). Letters are counted as code points.
import { patternOf, replacementOf } from "./feel.patterns.js";
import { remark } from "./feel.scope.js";
import { textOf } from "./feel.values.js";

function numberFrom(text, grouping, decimal) {
  if (![undefined, " ", ",", "."].includes(grouping) || ![undefined, ".", ","].includes(decimal)) return undefined;
  if (grouping !== undefined && grouping === decimal) return undefined;
  let plain = grouping ? text.split(grouping).join("") : text;
  if (decimal === ",") plain = plain.replace(/[.,]/g, (sign) => (sign === "," ? "." : "#"));
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(plain) ? Number(plain) : undefined;
}

function substring(text, start, length) {
  const letters = Array.from(text);
  if (start === 0 || (length !== undefined && length < 1)) return undefined;
  const from = Math.trunc(start) < 0 ? Math.max(0, letters.length + Math.trunc(start)) : Math.trunc(start) - 1;
  return letters.slice(from, length === undefined ? undefined : from + Math.trunc(length)).join("");
}

function groupsOf(pattern) {
  return new RegExp(`${pattern.source}|`, pattern.flags.replace("g", "")).exec("").length - 1;
}

/** A pattern read; one that XPath does not allow is no silent null for the author of a model. */
function read(pattern, flags, more = "") {
  return patternOf(pattern, flags, more) ?? remark("refused-pattern", null, "Not a pattern", pattern);
}

function replace(input, pattern, replacement, flags = "") {
  const found = read(pattern, flags, "g");
  if (!found) return undefined;
  const written = flags.includes("q") ? replacement.replace(/\$/g, "$$$$") : replacementOf(replacement, groupsOf(found));
  return written === null ? undefined : input.replace(found, written);
}

function split(text, delimiter) {
  const found = read(delimiter, "");
  return found ? text.split(new RegExp(found.source.replace(/\((?!\?)/g, "(?:"), found.flags)) : undefined;
}

function joined(list, delimiter = "") {
  const texts = list.filter((each) => each !== null);
  return texts.every((each) => typeof each === "string") ? texts.join(delimiter) : undefined;
}

export const TEXTS = {
  number: [
    [
      "from: any, grouping separator: string?, decimal separator: string?",
      (from, grouping, decimal) => {
        if (typeof from === "number" && grouping === undefined && decimal === undefined) return from;
        return typeof from === "string" ? numberFrom(from, grouping, decimal) : undefined;
      },
    ],
  ],
  string: [["from: any", (from) => (from === null ? null : textOf(from))]],
  not: [["negand: any", (value) => (typeof value === "boolean" ? !value : null)]],
  substring: [["string: string, start position: number, length: number?", substring]],
  "string length": [["string: string", (text) => Array.from(text).length]],
  "upper case": [["string: string", (text) => text.toUpperCase()]],
  "lower case": [["string: string", (text) => text.toLowerCase()]],
  "substring before": [["string: string, match: string", (text, match) => (text.includes(match) ? text.slice(0, text.indexOf(match)) : "")]],
  "substring after": [["string: string, match: string", (text, match) => (text.includes(match) ? text.slice(text.indexOf(match) + match.length) : "")]],
  replace: [["input: string, pattern: string, replacement: string, flags: string?", replace]],
  contains: [["string: string, match: string", (text, match) => text.includes(match)]],
  matches: [["input: string, pattern: string, flags: string?", (input, pattern, flags = "") => read(pattern, flags)?.test(input)]],
  "starts with": [["string: string, match: string", (text, match) => text.startsWith(match)]],
  "ends with": [["string: string, match: string", (text, match) => text.endsWith(match)]],
  split: [["string: string, delimiter: string", split]],
  "string join": [["list: list, delimiter: string?", joined]],
};
