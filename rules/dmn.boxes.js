// Boxed expressions (DMN 1.5, 10.2): each kind of box as a function of the names in reach. `work` is the decision being
// taken (dmn.decide.js): it holds values to their types and says where something went wrong.
import { callNamed } from "./feel.call.js";
import { decideTable } from "./dmn.table.js";
import { iterated } from "./feel.rounds.js";
import { normal, remark } from "./feel.scope.js";
import { ANY, shapeOf } from "./feel.types.js";
import { contextOf, FeelFunction, isContext } from "./feel.values.js";

const BOXES = {
  none: () => null,

  literal: (box, around) => (box.text === "" ? null : around.value(box.text)),

  table: (box, around, work) => {
    const { value, rows } = decideTable(box, around, work);
    work.rows ??= rows;
    return value;
  },

  context: (box, around, work) => {
    const made = contextOf();
    let inner = around;
    for (const each of box.entries) {
      made[each.name] = work.at({ entry: each.name }, () => work.held(evaluate(each.box, inner, work), each.type, { entry: each.name }));
      inner = inner.inside(contextOf({ [each.name]: made[each.name] }), { [each.name]: shapeOf(work.type(each.type)) });
    }
    return box.result ? evaluate(box.result, inner, work) : made;
  },

  list: (box, around, work) => box.items.map((item) => evaluate(item, around, work)),

  relation: (box, around, work) =>
    box.rows.map((row) => contextOf(Object.fromEntries(row.map((cell, at) => [box.columns[at].name, work.held(evaluate(cell, around, work), box.columns[at].type, {})])))),

  invocation: (box, around, work) => {
    const called = evaluate(box.called, around, work);
    const given = contextOf(Object.fromEntries(box.bindings.map((each) => [normal(each.name), work.held(evaluate(each.box, around, work), each.type, {})])));
    return callNamed(called, given, null, box.called.text ?? "");
  },

  function: (box, around, work) => work.functionOf(box, around),

  if: (box, around, work) => evaluate(evaluate(box.test, around, work) === true ? box.yes : box.no, around, work),

  for: (box, around, work) => {
    const items = listed(evaluate(box.in, around, work));
    if (items === null) return remark("invalid", null, "Nothing to iterate over");
    const partial = [];
    for (const item of items) partial.push(evaluate(box.each, around.inside(contextOf({ [box.variable]: item, partial })), work));
    return partial;
  },

  some: (box, around, work) => quantified(box, around, work, true),
  every: (box, around, work) => quantified(box, around, work, false),

  filter: (box, around, work) => {
    const from = evaluate(box.in, around, work);
    if (from === null) return null;
    const list = Array.isArray(from) ? from : [from];
    const kept = [];
    for (const item of list) {
      const inner = around.inside(contextOf({ item, ...(isContext(item) ? item : {}) }));
      inner.scope.siblings = list;
      const result = evaluate(box.match, inner, work);
      if (typeof result === "number") return list.at(result > 0 ? result - 1 : result === 0 ? list.length : result) ?? null;
      if (result !== null && typeof result !== "boolean") return remark("invalid", null, "A filter is neither a number nor a condition");
      if (result === true) kept.push(item);
    }
    return kept;
  },
};

function quantified(box, around, work, wanted) {
  const items = listed(evaluate(box.in, around, work));
  if (items === null) return remark("invalid", null, "Nothing to iterate over");
  let unknown = false;
  for (const item of items) {
    const result = evaluate(box.each, around.inside(contextOf({ [box.variable]: item })), work);
    if (result === wanted) return wanted;
    if (typeof result !== "boolean") unknown = true;
  }
  return unknown ? null : !wanted;
}

const listed = (value) => iterated([value]);

/** The value of a box, held to the type written on it. */
export function evaluate(box, around, work) {
  const value = BOXES[box.kind](box, around, work) ?? null;
  return box.type && box.kind !== "function" ? work.held(value, box.type, {}) : value;
}

/** A function definition as a function; what is in reach where it is defined is in reach of its body. */
export function functionOf(box, around, work, result = "") {
  const parameters = box.parameters.map(({ name, type }) => ({ name, type: work.type(type) }));
  const shapes = Object.fromEntries(parameters.map(({ name, type }) => [name, shapeOf(type)]));
  const types = work.types;
  const body = (values) => {
    const names = contextOf();
    parameters.forEach(({ name }, place) => {
      names[name] = work.held(values[place], box.parameters[place].type, { part: "parameter", name });
    });
    const calculate = () => evaluate(box.body, around.inside(names, shapes), work);
    return work.among(types, () => work.held(calculate(), result, { part: "function", name: box.name ?? "" }));
  };
  return new FeelFunction(parameters, body, { result: result ? work.type(result) : ANY });
}

