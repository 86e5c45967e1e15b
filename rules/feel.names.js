// Which names an expression asks of its surroundings, read from its syntax tree without evaluating anything.
import { evaluate, parseExpression, parseUnaryTests } from "feelin";
import { WORDS } from "./feel.vietnamese.js";

const builtin = new Map();

/** Whether FEEL itself (or this house) knows the name: asked of the interpreter, which exports no list. */
function isBuiltin(name) {
  if (!builtin.has(name)) {
    let known = Object.hasOwn(WORDS, name);
    if (!known) {
      try {
        known = evaluate(name, {}).warnings.length === 0;
      } catch {
        known = false;
      }
    }
    if (builtin.size > 5000) builtin.clear();
    builtin.set(name, known);
    return known;
  }
  return builtin.get(name);
}

const childrenOf = (node) => {
  const children = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
};

function problemOf(tree, text) {
  let problem = null;
  tree.iterate({
    enter(ref) {
      if (ref.type.isError && !problem) problem = { kind: "syntax", from: ref.from, near: text.slice(Math.max(0, ref.from - 12), ref.to + 12) };
    },
  });
  return problem ?? misplaced(tree, text);
}

// A test without a left side (`> 5`) has a place in lists, filters and after `in`; as an operand the parser lets it pass
// and it is null for ever: `a == 1` reads as `a = (= 1)`. And `1e3` is read as 1.
const OPERAND_OF = new Set(["SimplePositiveUnaryTest", "IfExpression", "Conjunction", "Disjunction", "ArithmeticExpression"]);

function misplaced(tree, text) {
  let problem = null;
  tree.iterate({
    enter(ref) {
      if (problem) return;
      if (ref.name === "NumericLiteral" && /e/i.test(text.slice(ref.from, ref.to))) problem = { kind: "exponent", from: ref.from };
      if (ref.name !== "SimplePositiveUnaryTest" || ref.node.firstChild?.name !== "CompareOp") return;
      let place = ref.node.parent;
      while (place?.name === "ParenthesizedExpression") place = place.parent;
      const compared = place?.name === "Comparison" && childrenOf(place).some((part) => part.name === "CompareOp");
      if (compared || OPERAND_OF.has(place?.name)) problem = { kind: "misplaced", from: ref.from };
    },
  });
  return problem;
}

const read = new Map(); // text → what is misplaced in it; the same few texts of a model come again and again

/** Refuses, before evaluation, what the parser lets pass but cannot have been meant. */
export function misreading(text, context, unary) {
  const key = (unary ? "?" : "=") + text;
  if (!read.has(key)) {
    const problem = misplaced((unary ? parseUnaryTests : parseExpression)(text, context, undefined), text);
    if (text.length > 500) return problem;
    if (read.size > 5000) read.clear();
    read.set(key, problem);
  }
  return read.get(key);
}

/** {names, functions, maybe, paths, problem}; `maybe` are names inside a filter, which may be entries of the filtered items. */
export function namesOf(text, known, unary) {
  const context = Object.fromEntries(known.map((name) => [name, null]));
  const tree = (unary ? parseUnaryTests : parseExpression)(text, context, undefined);
  const problem = problemOf(tree, text);
  const found = { names: new Set(), functions: new Set(), maybe: new Set(), paths: new Set() };
  if (!problem) collect(tree.topNode, new Set(), false, text, found);
  return { ...Object.fromEntries(Object.entries(found).map(([key, names]) => [key, [...names]])), problem };
}

function collect(node, bound, filtered, text, found) {
  const slice = (part) => text.slice(part.from, part.to).replace(/\s+/g, " ").replace(/`/g, "");
  const walk = (part, scope = bound, inside = filtered) => collect(part, scope, inside, text, found);
  const parts = childrenOf(node);
  switch (node.name) {
    case "VariableName": {
      const name = slice(node);
      if (bound.has(name) || isBuiltin(name)) return;
      const called = node.parent?.name === "FunctionInvocation" && node.parent.firstChild.from === node.from;
      (called ? found.functions : filtered ? found.maybe : found.names).add(name);
      return;
    }
    case "PathExpression": {
      const path = slice(node).replace(/\s*\.\s*/g, ".");
      const [root] = path.split(".");
      if (/^[\p{L}_][\p{L}\p{N}_]*(\.[\p{L}_][\p{L}\p{N}_]*)+$/u.test(path) && !filtered && !bound.has(root)) found.paths.add(path);
      return walk(parts[0]);
    }
    case "FilterExpression":
      walk(parts[0]);
      return parts.slice(1).forEach((part) => walk(part, new Set([...bound, "item"]), true));
    case "ForExpression":
    case "QuantifiedExpression": {
      const scope = new Set([...bound, "partial"]);
      for (const part of parts) {
        if (part.name !== "InExpressions") walk(part, scope);
        else {
          for (const binding of childrenOf(part)) {
            childrenOf(binding).filter((piece) => piece.name !== "Name").forEach((piece) => walk(piece, new Set(scope)));
            childrenOf(binding).filter((piece) => piece.name === "Name").forEach((piece) => scope.add(slice(piece)));
          }
        }
      }
      return;
    }
    case "FunctionDefinition": {
      const scope = new Set(bound);
      const parameters = (part) => (part.name === "ParameterName" ? scope.add(slice(part)) : childrenOf(part).forEach(parameters));
      parts.filter((part) => part.name === "FormalParameters").forEach(parameters);
      return parts.filter((part) => part.name !== "FormalParameters").forEach((part) => walk(part, scope));
    }
    case "Context": {
      const scope = new Set(bound);
      for (const entry of parts.filter((part) => part.name === "ContextEntry")) {
        const [key, ...values] = childrenOf(entry);
        values.forEach((value) => walk(value, new Set(scope)));
        scope.add(slice(key).replace(/^"|"$/g, ""));
      }
      return;
    }
    default:
      return parts.forEach((part) => walk(part));
  }
}
