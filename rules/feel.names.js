// Which names an expression asks of its surroundings, read from its syntax tree without evaluating anything.
import { LIBRARY } from "./feel.library.js";
import { normal } from "./feel.scope.js";
import { childrenOf, misplaced, problemOf, reading } from "./feel.reading.js";

/** {names, functions, maybe, paths, problem}; `maybe` are names inside a filter, which may be entries of the filtered items. */
export function namesOf(text, known, unary) {
  const context = Object.fromEntries(known.map((name) => [name, null]));
  const tree = reading(text, context, unary);
  const problem = problemOf(tree, text) ?? misplaced(tree, text);
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
      if (bound.has(name) || LIBRARY.has(normal(name)) || LIBRARY.has(name)) return;
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
