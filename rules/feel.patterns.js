// Regular expressions as XPath and XML Schema write them (which FEEL's matches, replace and split refer to, 10.3.4.3),
// put into JavaScript's. What XPath does not allow is refused, so that it is null and not something else.

const CATEGORY = /^(L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cofn]?)$/;
const BLOCKS = {
  BasicLatin: "\\u0000-\\u007F",
  "Latin-1Supplement": "\\u0080-\\u00FF",
  "LatinExtended-A": "\\u0100-\\u017F",
  "LatinExtended-B": "\\u0180-\\u024F",
  LatinExtendedAdditional: "\\u1E00-\\u1EFF",
  CombiningDiacriticalMarks: "\\u0300-\\u036F",
  Greek: "\\u0370-\\u03FF",
  GreekandCoptic: "\\u0370-\\u03FF",
  Cyrillic: "\\u0400-\\u04FF",
  Hebrew: "\\u0590-\\u05FF",
  Arabic: "\\u0600-\\u06FF",
  Thai: "\\u0E00-\\u0E7F",
  GeneralPunctuation: "\\u2000-\\u206F",
  CurrencySymbols: "\\u20A0-\\u20CF",
  Hiragana: "\\u3040-\\u309F",
  Katakana: "\\u30A0-\\u30FF",
  CJKUnifiedIdeographs: "\\u4E00-\\u9FFF",
  HangulSyllables: "\\uAC00-\\uD7A3",
};
const START = ":A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD";
const PART = `${START}\\-.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040`;
const INSIDE = { s: " \\t\\n\\r", d: "\\p{Nd}", w: "\\p{L}\\p{M}\\p{N}\\p{S}", i: START, c: PART };
const PLAIN = "nrt\\|.?*+(){}-[]^$";

class Refused extends Error {}

/** A pattern and its flags (of s, m, i, x, q) as a RegExp with `more` flags; null when XPath does not allow them. */
export function patternOf(text, flags, more = "") {
  if (/[^smixq]/.test(flags)) return null;
  try {
    if (flags.includes("q")) return new RegExp(text.replace(/[\\|.?*+(){}[\]^$-]/g, "\\$&").replace(/\\-/g, "-"), `u${/i/.test(flags) ? "i" : ""}${more}`);
    const written = new Writer(flags.includes("x") ? withoutSpace(text) : text, flags).write();
    return new RegExp(written, `v${["s", "m", "i"].filter((flag) => flags.includes(flag)).join("")}${more}`);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError) return null;
    throw error;
  }
}

/** The flag x takes spaces out, except in character classes (XPath 5.6.1.1). */
function withoutSpace(text) {
  let [depth, kept] = [0, ""];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "\\" && /\s/.test(text[at + 1] ?? "") && depth === 0) {
      kept += sign;
      while (/\s/.test(text[at + 1] ?? "")) at += 1;
      if (at + 1 < text.length) kept += text[(at += 1)];
      continue;
    }
    if (sign === "\\") kept += sign + (text[(at += 1)] ?? "");
    else if (depth > 0 || !/\s/.test(sign)) kept += sign;
    if (sign === "[") depth += 1;
    if (sign === "]") depth -= 1;
  }
  return kept;
}

class Writer {
  constructor(text, flags) {
    this.text = text;
    this.flags = flags;
    this.at = 0;
    this.groups = 0;
    this.closed = new Set();
  }

  write() {
    let written = "";
    const open = [];
    while (this.at < this.text.length) {
      const sign = this.text[this.at];
      if (sign === "\\") written += this.escape(false);
      else if (sign === "[") written += this.class();
      else {
        this.at += 1;
        if (sign === "(") {
          if (this.text[this.at] === "?" && this.text[this.at + 1] !== ":") throw new Refused();
          if (this.text[this.at] === "?") open.push(0);
          else open.push((this.groups += 1));
        } else if (sign === ")") {
          if (!open.length) throw new Refused();
          this.closed.add(open.pop());
        } else if (sign === "]" || sign === "}") throw new Refused();
        else if (sign === "{") {
          const found = /^(\d+)(,(\d*))?\}/.exec(this.text.slice(this.at));
          if (!found) throw new Refused();
          this.at += found[0].length;
          written += `{${found[0]}`;
          continue;
        }
        written += sign === "/" ? "\\/" : sign;
      }
    }
    return written;
  }

  escape(inside) {
    const sign = this.text[this.at + 1];
    if (sign === undefined) throw new Refused();
    this.at += 2;
    if (PLAIN.includes(sign)) return /[nrt]/.test(sign) ? `\\${sign}` : sign === "-" && !inside ? "-" : `\\${sign}`;
    if (INSIDE[sign]) return inside ? INSIDE[sign] : `[${INSIDE[sign]}]`;
    if (INSIDE[sign.toLowerCase()]) return `[^${INSIDE[sign.toLowerCase()]}]`;
    if (sign === "p" || sign === "P") return this.property(sign === "P");
    if (/[1-9]/.test(sign) && !inside) {
      let number = sign;
      while (/\d/.test(this.text[this.at] ?? "") && Number(number + this.text[this.at]) <= this.groups) number += this.text[this.at++];
      if (!this.closed.has(Number(number))) throw new Refused();
      return `(?:\\${number})`;
    }
    throw new Refused();
  }

  property(negated) {
    const found = /^\{([^}]*)\}/.exec(this.text.slice(this.at));
    if (!found) throw new Refused();
    this.at += found[0].length;
    const name = this.flags.includes("x") ? found[1].replace(/\s/g, "") : found[1];
    if (CATEGORY.test(name)) return `\\${negated ? "P" : "p"}{${name}}`;
    const block = name.startsWith("Is") ? BLOCKS[name.slice(2)] : undefined;
    if (!block) throw new Refused();
    return `[${negated ? "^" : ""}${block}]`;
  }

  /** A character class, with what is taken out of it: `[a-z-[aeiou]]`. */
  class() {
    this.at += 1;
    const negated = this.text[this.at] === "^";
    if (negated) this.at += 1;
    let [body, start] = ["", this.at];
    for (;;) {
      const sign = this.text[this.at];
      if (sign === undefined) throw new Refused();
      if (sign === "]") {
        if (this.at === start) throw new Refused();
        this.at += 1;
        return `[${negated ? "^" : ""}${body}]`;
      }
      if (sign === "-" && this.text[this.at + 1] === "[" && this.at > start) {
        this.at += 1;
        const out = this.class();
        if (this.text[this.at] !== "]") throw new Refused();
        this.at += 1;
        return `[[${negated ? "^" : ""}${body}]--${out}]`;
      }
      if (sign === "\\") body += this.escape(true);
      else if (sign === "[") throw new Refused();
      else {
        this.at += 1;
        const ranging = sign === "-" && this.at - 1 > start && this.text[this.at] !== "]";
        body += ranging ? "-" : /[()[\]{}/\-|&!#$%*+,.:;<=>?@^`~]/.test(sign) ? `\\${sign}` : sign;
      }
    }
  }
}

/** A replacement as XPath writes it ($0 to $9 and escaped \$ and \\), as JavaScript's; null when it may not be written so. */
export function replacementOf(text, groups) {
  let written = "";
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "\\") {
      at += 1;
      if (text[at] !== "\\" && text[at] !== "$") return null;
      written += text[at] === "$" ? "$$" : "\\";
    } else if (sign === "$") {
      if (!/\d/.test(text[at + 1] ?? "")) return null;
      let number = text[(at += 1)];
      while (/\d/.test(text[at + 1] ?? "") && Number(number + text[at + 1]) <= groups) number += text[(at += 1)];
      written += number === "0" ? "$&" : Number(number) <= groups ? `$${number}` : "";
    } else written += sign;
  }
  return written;
}
