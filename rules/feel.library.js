// Every built-in function by its name (DMN 1.5, 10.3.4). Each file of them gives {name: [signature, …]}; a signature is
// written as its parameters, "name: kind" with "?" for one that may be left out and "*" for any number, and its work.
import { Builtin } from "./feel.call.js";
import { LISTS } from "./feel.library.lists.js";
import { MOMENTS } from "./feel.library.moments.js";
import { NUMBERS } from "./feel.library.numbers.js";
import { RANGES } from "./feel.library.ranges.js";
import { TEXTS } from "./feel.library.texts.js";
import { WORDS } from "./feel.vietnamese.js";

function parametersOf(written) {
  if (!written) return [];
  return written.split(", ").map((each) => {
    const [name, kind] = each.split(": ");
    return { name, kind: kind.replace(/[?*]$/, ""), optional: kind.endsWith("?"), many: kind.endsWith("*") };
  });
}

export const LIBRARY = new Map();
for (const functions of [TEXTS, NUMBERS, LISTS, MOMENTS, RANGES, WORDS]) {
  for (const [name, signatures] of Object.entries(functions)) {
    const made = new Builtin(name, signatures.map(([written, work]) => ({ parameters: parametersOf(written), work })));
    LIBRARY.set(name, made);
  }
}
