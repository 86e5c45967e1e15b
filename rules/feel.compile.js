// FEEL read and turned into functions. The reading is feelin's (lezer-feel's grammar); what each part means is written
// here, by DMN 1.5 chapter 10.3, because feelin's own reckoning differs from it in many places.
import { call, callNamed } from "./feel.call.js";
import { LIBRARY } from "./feel.library.js";
import { any, both, not, passes, rangeOf, single, unreckoned } from "./feel.logic.js";
import { parseAny } from "./feel.moments.js";
import { childrenOf, misplaced, problemOf, reading, unescaped } from "./feel.reading.js";
import { inexact, negative, OPERATORS } from "./feel.reckon.js";
import { iterated } from "./feel.rounds.js";
import { entry, normal, remark, run } from "./feel.scope.js";
import { namedType, ANY, isOf } from "./feel.types.js";
import { compare, contextOf, equal, FeelFunction, FeelRange, isContext, kindOf, propertyOf, within } from "./feel.values.js";

const WRITTEN = { NumericLiteral: "number", StringLiteral: "string", BooleanLiteral: "boolean" };
const CALLING = new Set(["FunctionInvocation", "DateTimeLiteral"]);

/** A text as a function of a scope; a unary test as a function of a scope and the value tested. Throws {motcua}. */
export function compile(text, shape, unary, types = {}) {
  const tree = reading(text, shape, unary);
  const problem = problemOf(tree, text) ?? (run.standard ? null : misplaced(tree, text));
  if (problem) throw { motcua: problem };
  const maker = new Maker(text, types);
  return unary ? maker.unaryTests(tree.topNode) : maker.make(tree.topNode);
}

class Maker {
  constructor(text, types) {
    this.text = text;
    this.types = types;
  }

  slice(node) {
    return this.text.slice(node.from, node.to);
  }

  make(node) {
    const way = this[node.name];
    if (!Object.hasOwn(Maker.prototype, node.name)) return () => remark("unknown-unsupported", node, "", this.slice(node));
    return way.call(this, node, childrenOf(node));
  }

  // literals and names

  Expression(node, [inner]) {
    return this.make(inner);
  }
  ParenthesizedExpression(node, [, inner]) {
    return this.make(inner);
  }
  FunctionBody(node, [inner]) {
    return this.make(inner);
  }
  NumericLiteral(node) {
    const number = Number(this.slice(node).replace(/\s/g, ""));
    return () => number;
  }
  BooleanLiteral(node) {
    const value = this.slice(node) === "true";
    return () => value;
  }
  null() {
    return () => null;
  }
  StringLiteral(node) {
    const value = unescaped(this.slice(node));
    return () => value;
  }
  AtLiteral(node, [literal]) {
    const text = unescaped(this.slice(literal));
    return () => parseAny(text) ?? remark("invalid", node, `@"${text}"`);
  }
  DateTimeLiteral(node, parts) {
    return parts.length === 1 ? this.make(parts[0]) : this.FunctionInvocation(node, parts);
  }
  DateTimeConstructor(node) {
    return this.VariableName(node);
  }
  SpecialFunctionName(node) {
    return this.VariableName(node);
  }
  "?"(node) {
    return (scope) => scope.find("?") ?? null;
  }
  Wildcard() {
    return () => true;
  }

  VariableName(node) {
    const name = normal(this.slice(node));
    const own = LIBRARY.get(name);
    const called = CALLING.has(node.parent?.name) && node.parent.firstChild.from === node.from;
    return (scope) => {
      const value = scope.find(name);
      if (value !== undefined && !(own && called && !(value instanceof FeelFunction))) return value;
      if (own) return own;
      if (scope.askedOfItems(name)) return null;
      return remark(called ? "unknown-function" : "unknown-name", node, `Variable '${name}' not found`, this.slice(node).replace(/\s+/g, " "));
    };
  }

  // lists, contexts, ranges

  List(node, parts) {
    const items = parts.slice(1, -1).map((part) => this.make(part));
    return (scope) => items.map((item) => item(scope));
  }

  keyOf(key) {
    const text = this.slice(key);
    return text.startsWith('"') ? unescaped(text) : text.replace(/\s+/g, " ");
  }

  Context(node, parts) {
    const entries = parts.slice(1, -1).map((part) => {
      const [key, value] = childrenOf(part);
      return [this.keyOf(key), this.make(value)];
    });
    const twice = new Set(entries.map(([key]) => key)).size < entries.length;
    return (scope) => {
      if (twice) return remark("refused-twice", node, "A context has an entry twice", this.slice(node).slice(0, 40));
      const names = contextOf();
      const inner = scope.inside(names);
      for (const [key, value] of entries) names[key] = value(inner);
      return names;
    };
  }

  Interval(node, [open, from, , to, close]) {
    const [start, end] = [this.make(from), this.make(to)];
    const [startIncluded, endIncluded] = [this.slice(open) === "[", this.slice(close) === "]"];
    return (scope) => {
      const [low, high] = [start(scope), end(scope)];
      if (low !== null && high !== null && compare(low, high) === null) return remark("invalid", node, "Not the ends of a range");
      return new FeelRange(low, high, startIncluded && low !== null, endIncluded && high !== null);
    };
  }

  SimplePositiveUnaryTest(node, parts) {
    if (parts.length === 1) return this.make(parts[0]);
    const [op, value] = [this.slice(parts[0]), this.make(parts[1])];
    return (scope) => rangeOf(op, value(scope));
  }

  // operators

  ArithmeticExpression(node, parts) {
    if (parts.length === 2) {
      const value = this.make(parts[1]);
      return (scope) => {
        const result = negative(value(scope));
        return result === undefined ? remark("invalid", node, "Nothing that can be negated") : result;
      };
    }
    const [left, right] = [this.make(parts[0]), this.make(parts[2])];
    const op = this.slice(parts[1]);
    const operate = OPERATORS[op];
    return (scope) => {
      const [a, b] = [left(scope), right(scope)];
      const result = operate(a, b);
      if (result === undefined) return remark("invalid", node, `${kindOf(a)} ${op} ${kindOf(b)}`);
      if (typeof result !== "number") return result ?? unreckoned(node, a, b);
      return inexact(result, a, b) ? (remark("refused-inexact", node, "A whole number beyond 2^53") ?? result) : result;
    };
  }

  Conjunction(node, parts) {
    return both(this.make(parts[0]), this.make(parts[2]), false);
  }
  Disjunction(node, parts) {
    return both(this.make(parts[0]), this.make(parts[2]), true);
  }

  Comparison(node, parts) {
    const word = this.slice(parts[1]);
    if (word === "in") return this.isIn(node, parts);
    const left = this.make(parts[0]);
    if (word === "between") {
      const [low, high] = [this.make(parts[2]), this.make(parts[4])];
      return (scope) => {
        const [value, from, to] = [left(scope), low(scope), high(scope)];
        return from === null || to === null ? null : within(new FeelRange(from, to, true, true), value);
      };
    }
    const right = this.make(parts[2]);
    if (word === "=") return (scope) => equal(left(scope), right(scope));
    if (word === "!=") return (scope) => not(equal(left(scope), right(scope)));
    return (scope) => this.ordered(node, word, left(scope), right(scope));
  }

  ordered(node, op, a, b) {
    const order = compare(a, b);
    if (order !== null) return op === "<" ? order < 0 : op === "<=" ? order <= 0 : op === ">" ? order > 0 : order >= 0;
    const odd = [a, b].find((each) => ["list", "range", "context", "function"].includes(kindOf(each)) && !(Array.isArray(each) && each.length === 1));
    if (odd !== undefined) return remark("refused-failed", node, `${kindOf(a)} ${op} ${kindOf(b)}`);
    const [one, other] = [single(a), single(b)];
    return one !== a || other !== b ? this.ordered(node, op, one, other) : remark("invalid", node, `${kindOf(a)} ${op} ${kindOf(b)}`);
  }

  /** `x in A and y` is read by the grammar as `x in (A and y)`: the test ends where the first operand does. */
  isIn(node, parts) {
    const value = this.make(parts[0]);
    if (parts.length > 3) {
      const tests = childrenOf(parts[3]).map((part) => this.membership(part));
      return (scope) => any(tests.map((test) => test(scope, value(scope))));
    }
    const leaf = (part) => {
      const test = this.membership(part);
      return (scope) => test(scope, value(scope));
    };
    return this.reassociated(childrenOf(parts[2])[0], leaf, value);
  }

  reassociated(node, leaf, value) {
    const parts = childrenOf(node);
    const again = () => this.reassociated(parts[0], leaf, value);
    if (node.name === "Conjunction" || node.name === "Disjunction") return both(again(), this.make(parts[2]), node.name === "Disjunction");
    if (node.name === "Comparison" && /^!?=$/.test(this.slice(parts[1]))) {
      const [left, right] = [again(), this.make(parts[2])];
      return this.slice(parts[1]) === "=" ? (scope) => equal(left(scope), right(scope)) : (scope) => not(equal(left(scope), right(scope)));
    }
    if (node.name === "SimplePositiveUnaryTest" && parts.length === 2) {
      const op = this.slice(parts[0]);
      const bounded = (part) => {
        const bound = this.make(part);
        return (scope) => passes(value(scope), rangeOf(op, bound(scope)));
      };
      return this.reassociated(parts[1], bounded, value);
    }
    return leaf(node);
  }

  /** One test after `in`, or in a cell: a function of the scope and the value. */
  membership(node) {
    if (node.name === "PositiveUnaryTest") return this.membership(childrenOf(node)[0]);
    const test = this.make(node);
    if (this.asks(node)) {
      return (scope, value) => {
        const result = test(scope.inside(contextOf({ "?": value })));
        return typeof result === "boolean" ? result : passes(value, result);
      };
    }
    return (scope, value) => passes(value, test(scope));
  }

  /** Whether a part speaks of the value tested, as `?`. */
  asks(node) {
    let found = false;
    node.cursor().iterate((ref) => {
      found ||= ref.name === "?";
    });
    return found;
  }

  InstanceOfExpression(node, [value, , , type]) {
    const [what, kind] = [this.make(value), this.typeOf(type)];
    if (!kind) return () => remark("unknown-name", type, "", this.slice(type));
    return (scope) => isOf(what(scope), kind, false);
  }

  // types

  typeOf(node) {
    const parts = childrenOf(node);
    const inner = (part) => this.typeOf(part) ?? ANY;
    switch (node.name) {
      case "ListType":
        return { kind: /^range/.test(this.slice(node)) ? "range" : "list", element: inner(parts.find((part) => part.name === "Type")) };
      case "ContextType": {
        const entries = childrenOf(parts.find((part) => part.name === "ContextEntryTypes") ?? node).filter((part) => part.name === "ContextEntryType");
        return { kind: "context", entries: entries.map((each) => ({ name: this.slice(childrenOf(each)[0]).replace(/\s+/g, " "), type: inner(childrenOf(each)[1]) })) };
      }
      case "FunctionType": {
        const given = parts.find((part) => part.name === "ArgumentTypes");
        return { kind: "function", parameters: childrenOf(given).map((each) => inner(childrenOf(each)[0])), result: inner(parts.at(-1)) };
      }
      case "Type":
        return this.typeOf(parts[0]);
      default:
        return namedType(this.slice(node), this.types);
    }
  }

  /** The type of what is written out, such as `"a"` or `{a: 1}`; of what only a calculation tells, any. */
  plainType(node) {
    const parts = childrenOf(node);
    if (node.name === "FunctionBody") return this.plainType(parts[0]);
    if (node.name === "ParenthesizedExpression") return this.plainType(parts[1]);
    if (node.name !== "Context") return Object.hasOwn(WRITTEN, node.name) ? { kind: "name", name: WRITTEN[node.name] } : ANY;
    const entries = parts.slice(1, -1).map((part) => {
      const [key, value] = childrenOf(part);
      const type = this.plainType(value);
      // an entry nobody can tell yet goes with every type
      return { name: this.keyOf(key), type: type === ANY ? { kind: "null" } : type };
    });
    return { kind: "context", entries };
  }

  // control

  IfExpression(node, parts) {
    const [test, yes, no] = [this.make(parts[1]), this.make(parts[3]), this.make(parts[5])];
    return (scope) => (test(scope) === true ? yes(scope) : no(scope));
  }

  /** Every combination of the loop variables, as scopes; null where something cannot be gone through. */
  rounds(node) {
    const loops = childrenOf(node).map((part) => {
      const [name, , over] = childrenOf(part);
      const ends = childrenOf(over).filter((each) => each.name !== "..");
      const values = ends.map((end) => this.make(end));
      return { name: this.slice(name).replace(/\s+/g, " "), listed: (scope) => iterated(values.map((value) => value(scope))) };
    });
    return (scope) => {
      let scopes = [scope];
      for (const { name, listed } of loops) {
        const next = [];
        for (const each of scopes) {
          const items = listed(each);
          if (items === null) return null;
          for (const item of items) next.push(each.inside(contextOf({ [name]: item })));
        }
        scopes = next;
      }
      return scopes;
    };
  }

  ForExpression(node, [, loops, , body]) {
    const [rounds, result] = [this.rounds(loops), this.make(body)];
    return (scope) => {
      const partial = [];
      const scopes = rounds(scope.inside(contextOf({ partial })));
      if (scopes === null) return remark("invalid", node, "Nothing to iterate over");
      for (const each of scopes) partial.push(result(each));
      return partial;
    };
  }

  QuantifiedExpression(node, [word, loops, , body]) {
    const [rounds, test, wanted] = [this.rounds(loops), this.make(body), this.slice(word) === "some"];
    return (scope) => {
      const scopes = rounds(scope);
      if (scopes === null) return remark("invalid", node, "Nothing to iterate over");
      let unknown = false;
      for (const each of scopes) {
        const result = test(each);
        if (result === wanted) return wanted;
        if (typeof result !== "boolean") unknown = true;
      }
      return unknown ? null : !wanted;
    };
  }

  // paths and filters

  PathExpression(node, [target, , name]) {
    const [value, key] = [this.make(target), normal(this.slice(name))];
    const step = (from) => {
      if (Array.isArray(from)) return from.map(step);
      if (isContext(from)) {
        const found = entry(from, key);
        return found === undefined ? remark("missing-entry", name, `Key '${key}' not found`, key) : found;
      }
      const property = from === null ? undefined : propertyOf(from, key);
      if (property !== undefined) return property;
      return remark(from === null ? "missing-entry" : "unknown-name", name, `Property '${key}' not found`, this.slice(name));
    };
    return (scope) => step(value(scope));
  }

  FilterExpression(node, [target, , test]) {
    const [value, filter] = [this.make(target), this.make(test)];
    const literal = /^(NumericLiteral|ArithmeticExpression)$/.test(test.name);
    const tested = test.name === "SimplePositiveUnaryTest";
    return (scope) => {
      const from = value(scope);
      if (from === null) return null;
      const list = Array.isArray(from) ? from : [from];
      const ask = (item) => {
        const inner = scope.inside(contextOf({ item }));
        inner.siblings = list;
        const result = filter(isContext(item) ? inner.inside(item) : inner);
        return tested ? passes(item, result) : result;
      };
      if (list.length === 0 && !literal) return [];
      const first = literal ? filter(scope) : ask(list[0]);
      if (typeof first === "number") return list.at(first < 0 ? first : first > 0 ? first - 1 : list.length) ?? null;
      if (first !== null && typeof first !== "boolean") return remark("invalid", test, "A filter is neither a number nor a condition");
      return list.filter((item, place) => (place === 0 ? first : ask(item)) === true);
    };
  }

  // functions

  FunctionDefinition(node, parts) {
    if (parts.some((part) => part.name === "external")) return () => remark("unknown-unsupported", node, "External functions are not supported", "external");
    const parameters = childrenOf(parts.find((part) => part.name === "FormalParameters")).map((each) => {
      const [name, type] = childrenOf(each);
      return { name: this.slice(name).replace(/\s+/g, " "), type: type ? (this.typeOf(type) ?? ANY) : ANY };
    });
    const body = this.make(parts.at(-1));
    const result = this.plainType(parts.at(-1));
    return (scope) => {
      const work = (values) => body(scope.inside(contextOf(Object.fromEntries(parameters.map(({ name }, place) => [name, values[place]])))));
      return new FeelFunction(parameters, work, { result });
    };
  }

  FunctionInvocation(node, [target, , given]) {
    const name = this.slice(target).replace(/\s+/g, " ");
    const made = this.make(target);
    if (given?.name === "NamedParameters") {
      const named = childrenOf(given).map((each) => {
        const [key, value] = childrenOf(each);
        return [normal(this.slice(key)), this.make(value)];
      });
      return (scope) => callNamed(made(scope), contextOf(Object.fromEntries(named.map(([key, value]) => [key, value(scope)]))), node, name);
    }
    const values = given?.name === "PositionalParameters" ? childrenOf(given).map((each) => this.make(each)) : [];
    return (scope) => {
      const called = made(scope);
      return call(called, values.map((value) => value(scope)), node, name);
    };
  }

  // unary tests (10.3.2.7, grammar rules 12 to 17)

  unaryTests(node) {
    const parts = childrenOf(node);
    if (parts[0]?.name === "Wildcard") return () => true;
    const negated = parts[0]?.name === "not";
    const tests = childrenOf(parts.find((part) => part.name === "PositiveUnaryTests")).map((part) => this.cell(childrenOf(part)[0]));
    return (scope, value) => {
      const inner = scope.inside(contextOf({ "?": value }));
      const result = any(tests.map((test) => test(inner, value)));
      return negated ? not(result) : result;
    };
  }

  cell(node) {
    const test = this.make(node);
    const asks = this.asks(node);
    if (run.standard) {
      return (scope, value) => {
        const result = test(scope);
        return (asks && result === true) || (result === null ? value === null : passes(value, result));
      };
    }
    // A condition that does not speak of `?` is meant as it stands, unless it is a plain yes or no to compare with.
    const compared = node.name === "BooleanLiteral" || node.name === "?";
    const named = node.name === "VariableName" || node.name === "PathExpression";
    return (scope, value) => {
      const result = test(scope);
      if (typeof result === "boolean" && !compared && (asks || !(named && typeof value === "boolean"))) return result;
      return result === null ? value === null : passes(value, result);
    };
  }
}
