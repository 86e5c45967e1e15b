// A decision table taken: its inputs, the rules that match, what the hit policy makes of them (DMN 1.5, 8.2.8 to 8.2.11).
import { settled } from "./feel.reckon.js";
import { contextOf, compare, same } from "./feel.values.js";

const LISTS = new Set(["COLLECT", "RULE ORDER", "OUTPUT ORDER"]);
const anything = (text) => text === "" || text === "-";

/** The answer of a table and the rules (by place) it rests on. */
export function decideTable(table, around, work) {
  const inputs = table.inputs.map((input, column) => {
    const place = { part: "input", column };
    const value = work.at(place, () => work.held(around.value(input.text), input.type, place));
    return work.allowed(value, input.allowed, place, around);
  });
  const scopes = inputs.map((value) => around.scope.inside(contextOf({ "?": value })));
  const fits = (rule, row) =>
    rule.tests.every((test, column) => anything(test) || work.at({ part: "test", row, column }, () => around.compiled(test, true)(scopes[column], inputs[column])) === true);
  const answer = (box, column, place) => {
    if (anything(box.text ?? "x")) return null;
    const output = table.outputs[column];
    const value = work.at(place, () => work.held(work.box(box, around), output.type, place));
    return work.allowed(value, output.allowed, place, around);
  };
  const matches = [];
  for (const [row, rule] of table.rules.entries()) {
    if (!fits(rule, row)) continue;
    matches.push({ row, outputs: rule.outputs.map((box, column) => answer(box, column, { part: "output", row, column })) });
    if (table.policy === "FIRST") break;
  }
  const defaults = () => table.outputs.map(({ fallback }, column) => (fallback ? answer(fallback, column, { part: "default", column }) : null));
  return settle(table, matches, defaults, around, work);
}

function settle(table, matches, defaults, around, work) {
  const whole = (outputs) => (table.outputs.length === 1 ? outputs[0] : contextOf(Object.fromEntries(table.outputs.map(({ name }, column) => [name, outputs[column]]))));
  const rows = matches.map((match) => match.row);
  if (!matches.length) return { value: withoutMatch(table, defaults(), whole), rows };
  const clash = () => work.refuse({ part: "policy", fault: table.policy, rows });
  if (table.policy === "UNIQUE" && matches.length > 1) return { value: clash(), rows };
  if (table.policy === "ANY" && !matches.every((match) => same(match.outputs, matches[0].outputs))) return { value: clash(), rows };
  let ordered = matches;
  if (table.policy === "PRIORITY" || table.policy === "OUTPUT ORDER") ordered = ranked(table, matches, around, work);
  if (!LISTS.has(table.policy)) {
    const kept = table.policy === "ANY" ? matches : ordered.slice(0, 1);
    return { value: whole(kept[0].outputs), rows: kept.map((match) => match.row) };
  }
  if (table.policy !== "COLLECT" || !table.aggregation) return { value: ordered.map((match) => whole(match.outputs)), rows: ordered.map((match) => match.row) };
  const columns = table.outputs.map((_, column) => aggregated(table.aggregation, ordered.map((match) => match.outputs[column]), work));
  const value = table.aggregation === "COUNT" ? ordered.length : whole(columns);
  return { value, rows: ordered.map((match) => match.row) };
}

function withoutMatch(table, defaults, whole) {
  if (table.aggregation === "COUNT") return 0;
  const listed = LISTS.has(table.policy) && !table.aggregation;
  if (defaults.some((value) => value !== null)) return listed ? [whole(defaults)] : whole(defaults);
  return listed ? [] : null;
}

/** Matches by the order of the declared output values, the leftmost column first. */
function ranked(table, matches, around, work) {
  const orders = table.outputs.map(({ allowed, type }, column) => {
    const text = allowed || work.allowedText(type);
    return text ? work.at({ part: "priority", column }, () => around.value(`[${text}]`)) : [];
  });
  const ranks = new Map();
  for (const match of matches) {
    const rank = orders.map((order, column) => {
      const place = order.findIndex((value) => same(value, match.outputs[column]));
      if (order.length && place < 0) work.refuse({ part: "output", row: match.row, column, fault: "priority" });
      return place < 0 ? order.length : place;
    });
    ranks.set(match, rank);
  }
  const differ = (a, b) => ranks.get(a).map((rank, column) => rank - ranks.get(b)[column]).find((gap) => gap !== 0) ?? 0;
  return [...matches].sort(differ);
}

function aggregated(aggregation, answers, work) {
  if (aggregation === "COUNT") return answers.length;
  if (aggregation === "SUM") {
    if (!answers.every((answer) => typeof answer === "number")) return work.refuse({ part: "policy", fault: "SUM" });
    return answers.reduce((sum, each) => settled(sum + each), 0);
  }
  const sign = aggregation === "MIN" ? -1 : 1;
  if (answers.some((answer) => compare(answer, answers[0]) === null)) return work.refuse({ part: "policy", fault: aggregation });
  return answers.reduce((found, each) => (compare(each, found) * sign > 0 ? each : found));
}
