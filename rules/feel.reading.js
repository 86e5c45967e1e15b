// A text of FEEL read into feelin's syntax tree, and what that tree lets pass but cannot have been meant.
import { parseExpression, parseUnaryTests } from "feelin";

const MOST_DIGITS = 15; // a double keeps so many faithfully

export function childrenOf(node) {
  const children = [];
  for (let child = node.firstChild; child; child = child.nextSibling) if (!child.type.isSkipped) children.push(child);
  return children;
}

/** `range<…>` is a type the grammar does not have; it reads as a list's, and is told apart by its text. */
const readable = (text) => (text.includes("range") ? text.replace(/((?:\bof|[:<,>])\s*)range(?=\s*<)/g, "$1list ") : text);

/** The tree of a text; `shape` are the names in reach, with what is behind their dots. */
export const reading = (text, shape, unary) => (unary ? parseUnaryTests : parseExpression)(readable(text), shape, undefined);

/** The syntax error of a tree as {kind, from, near}, or null. */
export function problemOf(tree, text) {
  let problem = null;
  tree.iterate({
    enter(ref) {
      if (ref.type.isError && !problem) problem = { kind: "syntax", from: ref.from, near: text.slice(Math.max(0, ref.from - 12), ref.to + 12) };
    },
  });
  return problem;
}

// A test without a left side (`> 5`) has a place in lists, filters and after `in`; as an operand the parser lets it pass
// and it is null for ever: `a == 1` reads as `a = (= 1)`.
const OPERAND_OF = new Set(["SimplePositiveUnaryTest", "IfExpression", "Conjunction", "Disjunction", "ArithmeticExpression"]);

/** What cannot have been meant, or cannot be kept exactly, as {kind, from, name}, or null. */
export function misplaced(tree, text) {
  let problem = null;
  tree.iterate({
    enter(ref) {
      if (problem) return;
      if (ref.name === "NumericLiteral") problem = longNumber(text.slice(ref.from, ref.to), ref.from);
      if (ref.name !== "SimplePositiveUnaryTest" || ref.node.firstChild?.name !== "CompareOp") return;
      let place = ref.node.parent;
      while (place?.name === "ParenthesizedExpression") place = place.parent;
      const compared = place?.name === "Comparison" && childrenOf(place).some((part) => part.name === "CompareOp");
      if (compared || OPERAND_OF.has(place?.name)) problem = { kind: "misplaced", from: ref.from };
    },
  });
  return problem;
}

function longNumber(written, from) {
  const digits = written.split(/e/i)[0].replace(/\D/g, "").replace(/^0+/, "");
  return digits.length > MOST_DIGITS ? { kind: "digits", from, name: written } : null;
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "'": "'" };

/** The text of a string literal (10.3.1.2, grammar rules 33 and 64). */
export function unescaped(literal) {
  return literal
    .replace(/^"|"$/g, "")
    .replace(/\\(?:([nrt"'\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|u\{([0-9a-fA-F]{1,6})\})/g, (whole, plain, short, long, braced) => {
      if (plain) return ESCAPES[plain];
      const point = parseInt(short ?? long ?? braced, 16);
      return short ? String.fromCharCode(point) : point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    });
}
