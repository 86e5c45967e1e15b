// The editors' own words in the reader's language. English is what they speak by themselves.
import drawing from "./words/drawing.json";
import panel from "./words/panel.json";
import tables from "./words/tables.json";

const VIETNAMESE = { ...tables, ...drawing, ...panel };

export function inVietnamese() {
  return document.documentElement.lang === "vi";
}

function fill(text, values) {
  return text.replace(/{([^}]+)}/g, (whole, name) => values?.[name] ?? whole);
}

export function translated(text, values) {
  return fill(inVietnamese() ? (VIETNAMESE[text] ?? text) : text, values);
}

export const translateModule = { translate: ["value", translated] };
