// Functions called: which signature the arguments fit, and what they are turned into on the way
// (DMN 1.5, 10.3.2.13 invocation, 10.3.2.9.4 conversions of arguments).
import { FeelDate, FeelDateTime, isDuration, midnight } from "./feel.moments.js";
import { normal, remark } from "./feel.scope.js";
import { ANY, fitted, WrongType } from "./feel.types.js";
import { FeelFunction, kindOf } from "./feel.values.js";

/** A built-in function: `signatures` are {parameters: [{name, kind, optional, many}], work}, the first that fits is called. */
export class Builtin extends FeelFunction {
  constructor(name, signatures) {
    const first = signatures[0].parameters;
    super(first.map((each) => ({ name: each.name, type: ANY })), null, { name, variadic: first.some((each) => each.many) });
    this.signatures = signatures;
  }
}

/** Calls with arguments in order. */
export function call(target, values, node = null, name = "") {
  if (target instanceof Builtin) return callBuiltin(target, values, node, name);
  if (!(target instanceof FeelFunction)) return target === null ? null : remark("unknown-function", node, "Not a function", name);
  if (values.length !== target.parameters.length) return remark("unknown-arguments", node, "Wrong number of arguments", name);
  try {
    return target.call(values.map((value, place) => fitted(value, target.parameters[place].type ?? ANY))) ?? null;
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    return remark("refused-type", node, error.message, name);
  }
}

/** Calls with arguments by name. */
export function callNamed(target, named, node = null, name = "") {
  if (target instanceof Builtin) {
    const fitting = target.signatures.filter(({ parameters }) => {
      const names = parameters.map((each) => normal(each.name));
      return Object.keys(named).every((key) => names.includes(key)) && parameters.every((each, place) => each.optional || names[place] in named);
    });
    if (!fitting.length) return remark("unknown-arguments", node, "Unknown parameter", name);
    const { parameters } = fitting[0];
    return callBuiltin(target, spread(parameters, parameters.map((each) => normal(each.name)), named), node, name, fitting);
  }
  if (!(target instanceof FeelFunction)) return target === null ? null : remark("unknown-function", node, "Not a function", name);
  const names = target.parameters.map((each) => normal(each.name));
  if (!Object.keys(named).every((key) => names.includes(key))) return remark("unknown-arguments", node, "Unknown parameter", name);
  return call(target, names.map((key) => named[key] ?? null), node, name);
}

function spread(parameters, names, named) {
  const values = parameters.map((each, place) => (names[place] in named ? named[names[place]] : undefined));
  while (values.length && values.at(-1) === undefined) values.pop();
  const list = parameters[0].many && values.length === 1 ? values[0] : undefined;
  return Array.isArray(list) ? [list] : values;
}

function callBuiltin(target, values, node, name, signatures = target.signatures) {
  const counted = signatures.filter(({ parameters }) => {
    const least = parameters.filter((each) => !each.optional && !each.many).length;
    return values.length >= least && (parameters.at(-1)?.many || values.length <= parameters.length);
  });
  if (!counted.length) return remark("unknown-arguments", node, "Wrong number of arguments", name);
  for (const { parameters, work } of counted) {
    const adapted = values.map((value, place) => {
      const parameter = parameters[Math.min(place, parameters.length - 1)];
      return value === undefined || (value === null && parameter.optional) ? undefined : adapt(value, parameter.kind);
    });
    if (adapted.includes(WRONG)) continue;
    const result = work(...adapted);
    return result === undefined ? remark("invalid", node, `${name}: nothing to answer`) : result;
  }
  return remark("invalid", node, `${name} does not take ${values.map(kindOf).join(", ")}`);
}

const WRONG = Symbol("wrong");

/** A value as a parameter of a kind wants it, or WRONG. */
function adapt(value, kind) {
  if (kind === "any") return value;
  if (kind === "list") return value === null ? WRONG : Array.isArray(value) ? value : [value];
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (kind === "day") return one instanceof FeelDate || one instanceof FeelDateTime ? one : WRONG;
  if (kind === "date and time" && one instanceof FeelDate) return midnight(one);
  if (kind === "duration") return isDuration(one) ? one : WRONG;
  if (kind === "point or range") return one === null ? WRONG : one;
  return kindOf(one) === kind ? one : WRONG;
}
