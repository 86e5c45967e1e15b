// The editors' own words in the reader's language. English is what they speak by themselves.
import drawing from "./words/drawing.json";
import panel from "./words/panel.json";
import tables from "./words/tables.json";

const VIETNAMESE = { ...tables, ...drawing, ...panel };
// The same word comes as "User task" and "User Task".
const ANY_CASE = new Map(Object.entries(VIETNAMESE).map(([ours, theirs]) => [ours.toLowerCase(), theirs]));

export function inVietnamese() {
  return document.documentElement.lang === "vi";
}

function fill(text, values) {
  return text.replace(/{([^}]+)}/g, (whole, name) => values?.[name] ?? whole);
}

export function translated(text, values) {
  return fill(inVietnamese() ? (VIETNAMESE[text] ?? ANY_CASE.get(text.toLowerCase()) ?? text) : text, values);
}

export const translateModule = { translate: ["value", translated] };
