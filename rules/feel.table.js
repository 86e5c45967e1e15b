// One whole decision table in one crossing: inputs, rules that match, their outputs. What the hit policy makes of them is decided in Python.
import { evaluate, isRange, unaryTest } from "feelin";

const CHECKS = {
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  number: (value) => typeof value === "number",
  integer: (value) => Number.isInteger(value),
  long: (value) => Number.isInteger(value),
  double: (value) => typeof value === "number",
};
const FEEL_TYPES = {
  date: "date",
  time: "time",
  dateTime: "date and time",
  "date and time": "date and time",
  dayTimeDuration: "days and time duration",
  "days and time duration": "days and time duration",
  yearMonthDuration: "years and months duration",
  "years and months duration": "years and months duration",
};

/** Whether a value is of the declared type; null is of every type, an unknown type accepts everything. */
export function isOfType(value, type) {
  if (value === null || value === undefined) return true;
  if (CHECKS[type]) return CHECKS[type](value);
  if (FEEL_TYPES[type]) return evaluate(`? instance of ${FEEL_TYPES[type]}`, { "?": value }).value === true;
  return true;
}

/** `watch(kind, place, text, run)` runs one piece of FEEL, keeps its warnings and says where it went wrong. */
export function decide(table, context, watch) {
  const inputs = table.inputs.map((input, column) => {
    const value = watch("input", { column }, input.expression, () => evaluate(input.expression, context)) ?? null;
    if (!isOfType(value, input.type)) return watch.refuse("type", { column, type: input.type });
    if (input.allowed && value !== null) {
      const within = watch("allowed", { column }, input.allowed, () => unaryTest(input.allowed, { ...context, "?": value }));
      if (within !== true) return watch.refuse("allowed", { column, allowed: input.allowed });
    }
    return value;
  });
  const matched = [];
  for (const [row, rule] of table.rules.entries()) {
    const fits = rule.tests.every((test, column) => {
      if (test === "" || test === "-") return true;
      const scope = { ...context, "?": inputs[column] };
      return watch("test", { row, column }, test, () => unaryTest(test, scope)) === true;
    });
    if (!fits) continue;
    const outputs = rule.outputs.map((text, column) => outputOf(table, text, { row, column }, context, watch));
    matched.push({ row, outputs });
    if (table.first) break;
  }
  const defaults = matched.length
    ? []
    : table.outputs.map(({ fallback }, column) => (fallback ? outputOf(table, fallback, { column }, context, watch) : null));
  return { inputs: inputs.map((value) => (isRange(value) ? null : value)), matched, defaults };
}

function outputOf(table, text, place, context, watch) {
  if (text === "" || text === "-") return null;
  const value = watch("output", place, text, () => evaluate(text, context)) ?? null;
  const { type, allowed } = table.outputs[place.column];
  if (!isOfType(value, type)) return watch.refuse("output-type", { ...place, type });
  if (allowed && value !== null) {
    const within = watch("output-allowed", place, allowed, () => unaryTest(allowed, { ...context, "?": value }));
    if (within !== true) return watch.refuse("output-allowed", { ...place, allowed });
  }
  return value;
}
