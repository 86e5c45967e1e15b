// Three-valued logic, and whether a value passes what a test says (DMN 1.5, Tables 47 and 55).
import { remark, run } from "./feel.scope.js";
import { FeelRange, same, within } from "./feel.values.js";

export const not = (value) => (typeof value === "boolean" ? !value : null);
export const single = (value) => (Array.isArray(value) && value.length === 1 ? value[0] : value);

export function any(results) {
  if (results.includes(true)) return true;
  return results.includes(null) ? null : false;
}

/** Three-valued and, or: `decisive` is the value that settles it alone. */
export function both(left, right, decisive) {
  return (scope) => {
    const a = left(scope);
    if (a === decisive) return decisive;
    const b = right(scope);
    if (b === decisive) return decisive;
    return typeof a === "boolean" && typeof b === "boolean" ? !decisive : null;
  };
}

export function unreckoned(node, a, b) {
  if (typeof a === "number" && typeof b === "number" && !(b === 0)) return remark("refused-large", node, "Too large a number");
  return null;
}

export function rangeOf(op, value) {
  if (op === "=" || op === "!=") return new FeelRange(value, value, op === "=", op === "=", op);
  if (value === null) return null;
  return op.startsWith("<") ? new FeelRange(null, value, false, op === "<=", op) : new FeelRange(value, null, op === ">=", false, op);
}

/** Whether a value is what a test's value means: in a range, in a list, or equal. */
export function passes(value, test) {
  if (test instanceof FeelRange) return within(test, value);
  if (test === null) return value === null && run.standard === false ? true : null;
  if (Array.isArray(test)) {
    if (same(value, test)) return true;
    const results = test.map((each) => (each instanceof FeelRange ? within(each, value) : same(value, each)));
    return any(results);
  }
  return same(value, test);
}

