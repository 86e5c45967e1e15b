// What runs inside V8: one message in, one message out, as JSON text. Bundled to build/feel.js at set-up.
import { evaluate, unaryTest } from "feelin";
import { setClock } from "./feel.clock.js";
import { fromHost, Refusal, toHost } from "./feel.crossing.js";
import { misreading, namesOf } from "./feel.names.js";
import { decide } from "./feel.table.js";
import { WORDS } from "./feel.vietnamese.js";

// Warnings that mean the author wrote a name nobody knows, as opposed to data that happens to be missing.
const UNKNOWN = { NO_VARIABLE_FOUND: "name", NO_FUNCTION_FOUND: "function", FUNCTION_INVOCATION_FAILURE: "arguments", UNSUPPORTED: "unsupported" };

/** Only what the text can be speaking of: a long form of answers need not be copied for every cell of a table. */
function mentioned(text, context) {
  const kept = {};
  for (const name of Object.keys(context)) if (text.includes(name) || /\W/.test(name)) kept[name] = context[name];
  return kept;
}

/** Whether any part of the data has an entry of this name: then a filter may well be asking an item that lacks it. */
function occurs(name, value) {
  if (Array.isArray(value)) return value.some((item) => occurs(name, item));
  if (value === null || typeof value !== "object" || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.hasOwn(value, name) || Object.values(value).some((entry) => occurs(name, entry));
}

function unknownOf(text, warning, context) {
  let kind = UNKNOWN[warning.type];
  if (warning.type === "NO_PROPERTY_FOUND" && warning.details.values.target != null) kind = "name";
  if (!kind) return null;
  const { from, to } = warning.position;
  let name = text.slice(from, to);
  if (warning.type === "NO_VARIABLE_FOUND" && /\[[^]*\]/.test(text) && occurs(name, context)) return null;
  if (kind === "name" && /^\s*\(/.test(text.slice(to))) kind = "function";
  else if (kind !== "name") name = name.replace(/\s*\([^]*$/, "");
  return { kind, name, from };
}

function failureOf(error) {
  if (error && error.position) return { kind: "syntax", from: error.position.from, near: String(error.input ?? "") };
  if (error instanceof RangeError) return { kind: "deep", message: error.message };
  return { kind: error instanceof Refusal ? "told" : "failed", message: String(error?.message ?? error) };
}

/** Runs one piece of FEEL; warnings are kept, an unknown name is a failure when `strict`. */
function piece(how, text, context, strict, warnings) {
  const scope = mentioned(text, context);
  const problem = misreading(text, scope, how === unaryTest);
  if (problem) throw { motcua: problem };
  const result = how(text, scope);
  for (const warning of result.warnings) {
    const unknown = unknownOf(text, warning, context);
    if (strict && unknown) throw { motcua: { ...unknown, kind: `unknown-${unknown.kind}` } };
    warnings.push(unknown ? { ...unknown, message: warning.message } : { kind: warning.type, message: warning.message });
  }
  return result.value;
}

const KINDS = {
  expression: (job, context, warnings) => piece(evaluate, job.text, context, job.strict, warnings),
  test: (job, context, warnings) => {
    const scope = { ...context, "?": fromHost(job.value) };
    return piece(unaryTest, job.text, scope, job.strict, warnings) === true;
  },
  names: (job) => namesOf(job.text, job.known, job.unary),
  decision: (job, context, warnings) => {
    const watch = (place, how, text, scope) => {
      try {
        return piece(how, text, scope, true, warnings);
      } catch (error) {
        throw { motcua: { ...(error.motcua ?? failureOf(error)), text, ...place } };
      }
    };
    watch.refuse = (place) => {
      throw { motcua: { kind: "refused", ...place } };
    };
    return decide(job.decision, context, watch);
  },
};

function perform(job, contexts) {
  const warnings = [];
  try {
    return { value: toHost(KINDS[job.kind](job, contexts[job.context], warnings)), warnings };
  } catch (error) {
    return { value: null, warnings, error: error?.motcua ?? failureOf(error) };
  }
}

globalThis.motcua = (message) => {
  const { clock, contexts, jobs } = JSON.parse(message);
  setClock(clock);
  const surroundings = contexts.map((context) => ({ ...WORDS, ...fromHost(context) }));
  return JSON.stringify(jobs.map((job) => perform(job, surroundings)));
};

// FEEL never needs to compile text as JavaScript: take the means away.
for (const maker of [function () {}, async function () {}, function* () {}, async function* () {}]) {
  Object.defineProperty(Object.getPrototypeOf(maker), "constructor", { value: undefined });
}
delete globalThis.eval;
delete globalThis.Function;
