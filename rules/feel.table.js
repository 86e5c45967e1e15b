// One whole decision in one crossing: its inputs, the rules that match, their outputs. What the hit policy makes of the
// matches is decided in Python.
import { evaluate, unaryTest } from "feelin";

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

/** Whether a value is of the declared type; null is of every type, and a type of another name accepts everything. */
function isOfType(value, type) {
  if (value === null || value === undefined) return true;
  if (CHECKS[type]) return CHECKS[type](value);
  if (FEEL_TYPES[type]) return evaluate(`value instance of ${FEEL_TYPES[type]}`, { value }).value === true;
  return true;
}

/** Refuses a value that is not of its declared type or not among its declared values. */
function hold(value, { type, allowed }, part, place, context, watch) {
  if (!isOfType(value, type)) watch.refuse({ part, fault: "type", expected: type, ...place });
  if (allowed && value !== null && watch({ part, ...place }, unaryTest, allowed, { ...context, "?": value }) !== true) {
    watch.refuse({ part, fault: "allowed", expected: allowed, ...place });
  }
  return value;
}

/**
 * `decision` has {functions, declared, result} and either {text} or {table}; `watch(place, how, text, context)` runs one
 * piece of FEEL, keeps its warnings and says where it went wrong, `watch.refuse(place)` stops.
 */
export function decide(decision, given, watch) {
  const context = { ...given };
  const calculate = (place, text) => watch(place, evaluate, text, context) ?? null;
  for (const { name, text } of decision.functions) context[name] = calculate({ part: "function", name }, text);
  for (const data of decision.declared) {
    if (Object.hasOwn(context, data.name)) hold(context[data.name], data, "data", { name: data.name }, context, watch);
  }
  if (decision.table === null) {
    return { value: hold(calculate({ part: "expression" }, decision.text), decision.result, "result", {}, context, watch) };
  }
  return decideTable(decision.table, context, calculate, watch);
}

function decideTable(table, context, calculate, watch) {
  const inputs = table.inputs.map((input, column) =>
    hold(calculate({ part: "input", column }, input.text), input, "input", { column }, context, watch),
  );
  const scopes = inputs.map((value) => ({ ...context, "?": value }));
  const output = (text, place) =>
    text === "" || text === "-" ? null : hold(calculate(place, text), table.outputs[place.column], "output", place, context, watch);
  const fits = (tests, row) =>
    tests.every((test, column) => {
      if (test === "" || test === "-") return true;
      return watch({ part: "test", row, column }, unaryTest, test, scopes[column]) === true;
    });
  const matched = [];
  for (const [row, rule] of table.rules.entries()) {
    if (!fits(rule.tests, row)) continue;
    matched.push({ row, outputs: rule.outputs.map((text, column) => output(text, { part: "output", row, column })) });
    if (table.first) break;
  }
  const defaults = table.outputs.map(({ fallback }, column) => output(fallback, { part: "default", column }));
  const priorities = table.ranked
    ? table.outputs.map(({ allowed }, column) => (allowed ? calculate({ part: "priority", column }, `[${allowed}]`) : []))
    : [];
  return { matched, defaults: matched.length ? [] : defaults, priorities };
}
