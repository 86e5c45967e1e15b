// What runs inside V8: one message in, one message out, as JSON text. Bundled to build/feel.js at set-up.
import { decide } from "./dmn.decide.js";
import { fromHost, Refusal, toHost } from "./feel.crossing.js";
import { setClock } from "./feel.moments.js";
import { namesOf } from "./feel.names.js";
import { running } from "./feel.scope.js";
import { Surroundings } from "./feel.surroundings.js";
import { contextOf } from "./feel.values.js";

/** What kept a job from being done, as {kind, …} for rules/feel.py to put into words. */
export function failureOf(error) {
  if (error?.motcua) return error.motcua;
  if (error instanceof RangeError) return { kind: "deep", message: error.message };
  return { kind: error instanceof Refusal ? "told" : "failed", message: String(error?.message ?? error) };
}

const KINDS = {
  expression: (job, around) => around.value(job.text),
  test: (job, around) => around.test(job.text, fromHost(job.value)),
  names: (job) => namesOf(job.text, job.known, job.unary),
  decision: (job, around) => decide(job, around.names, failureOf),
};

function perform(job, surroundings) {
  const warnings = [];
  try {
    const how = { strict: job.strict ?? job.kind === "decision", standard: job.standard ?? false };
    const value = running(how, warnings, () => toHost(KINDS[job.kind](job, surroundings[job.context])));
    return { value, warnings };
  } catch (error) {
    return { value: null, warnings, error: failureOf(error) };
  }
}

globalThis.motcua = (message) => {
  const { clock, contexts, jobs } = JSON.parse(message);
  setClock({ ...clock, standard: jobs.some((job) => job.standard) });
  const surroundings = contexts.map((context) => new Surroundings(fromHost(context) ?? contextOf()));
  return JSON.stringify(jobs.map((job) => perform(job, surroundings)));
};

// FEEL never needs to compile text as JavaScript: take the means away.
for (const maker of [function () {}, async function () {}, function* () {}, async function* () {}]) {
  Object.defineProperty(Object.getPrototypeOf(maker), "constructor", { value: undefined });
}
delete globalThis.eval;
delete globalThis.Function;
