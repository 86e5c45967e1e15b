// A whole model and one decision of it taken, with everything it requires, in one crossing (DMN 1.5, chapters 6 and 10.4).
import { evaluate, functionOf } from "./dmn.boxes.js";
import { ANY, fitted, namedType, opened, shapeOf, WrongType } from "./feel.types.js";
import { remark, run } from "./feel.scope.js";
import { Surroundings } from "./feel.surroundings.js";
import { contextOf, FeelFunction, isContext, FeelRange } from "./feel.values.js";

const MOST_KEPT = 4_000_000; // letters of JSON of all models kept
const models = new Map(); // a model's key → {model, size}

/** The model a job speaks of: sent along, or known from before; else the job is answered with what is missing. */
function modelOf(job) {
  if (job.source) {
    const size = JSON.stringify(job.source).length;
    let whole = [...models.values()].reduce((sum, each) => sum + each.size, size);
    for (const [key, each] of models) {
      if (whole <= MOST_KEPT) break;
      models.delete(key);
      whole -= each.size;
    }
    models.set(job.model, { model: linked(job.source), size });
  }
  const kept = models.get(job.model);
  if (!kept) throw { motcua: { kind: "model-missing" } };
  return kept.model;
}

/** A model with the named types of every file in it in reach of that file: its own, and imported ones by their prefix. */
function linked(model) {
  const made = {};
  const itemsOf = (name) => {
    if (made[name]) return made[name];
    const items = (made[name] = {});
    const { items: own, imports } = model.spaces[name];
    for (const [key, item] of Object.entries(own)) items[key] = Object.assign(item, { home: items });
    for (const [prefix, far] of imports) {
      if (!model.spaces[far]) continue;
      for (const [key, item] of Object.entries(itemsOf(far))) items[prefix ? `${prefix}.${key}` : key] ??= item;
    }
    return items;
  };
  return { ...model, types: Object.fromEntries(Object.keys(model.spaces).map((name) => [name, itemsOf(name)])) };
}

/** {steps: [{id, value, rows}]}, the decision asked for last; or {value} of a decision service or knowledge model called. */
export function decide(job, given, failureOf) {
  const taking = new Taking(modelOf(job), given, failureOf);
  if (job.invoke) return { value: plain(taking.invoke(job.decision)), steps: [] };
  const value = taking.take(job.decision);
  if (value instanceof FeelFunction) return { value, steps: [] };
  return { value: plain(value), steps: taking.steps.map((step) => ({ ...step, value: plain(step.value) })) };
}

/** A value without the functions in it, which cannot leave. */
function plain(value) {
  if (value instanceof FeelFunction) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (!isContext(value) || value instanceof FeelRange) return value;
  return contextOf(Object.fromEntries(Object.keys(value).map((key) => [key, plain(value[key])])));
}

class Taking {
  constructor(model, given, failureOf, above = null) {
    this.model = model;
    this.given = given;
    this.failureOf = failureOf;
    this.types = Object.values(model.types)[0]; // those of the file whose logic is being calculated
    this.bases = new Map();
    this.taken = new Map();
    this.functions = new Map();
    this.steps = above?.steps ?? [];
    this.rows = null;
  }

  type(name) {
    return (name && namedType(name, this.types)) || ANY;
  }

  /** Does a piece of work with the named types of one file in reach. */
  among(types, work) {
    const before = this.types;
    this.types = types;
    try {
      return work();
    } finally {
      this.types = before;
    }
  }

  /** What everything in a file sees: all data, or, by the bare standard, nothing. */
  base(space) {
    if (!this.bases.has(space)) this.bases.set(space, new Surroundings(run.standard ? contextOf() : this.given, { types: this.model.types[space] }));
    return this.bases.get(space);
  }

  take(id) {
    if (this.taken.has(id)) return this.taken.get(id);
    const decision = this.model.decisions[id];
    if (decision.logic.kind === "none" && Object.hasOwn(this.given, decision.names[0])) {
      const given = this.held(this.given[decision.names[0]], decision.type, { part: "data", name: decision.names[0] });
      this.taken.set(id, given); // a decision drawn without logic is taken elsewhere
      return given;
    }
    const around = this.around(decision);
    const before = this.rows;
    this.rows = null;
    const work = () => this.held(evaluate(decision.logic, around, this), decision.type, { part: "result" });
    const value = this.among(around.types, () => this.at({ decision: id }, work));
    this.steps.push({ id, value, rows: this.rows ?? [] });
    this.rows = before;
    this.taken.set(id, value);
    return value;
  }

  /** What a decision's or a knowledge model's logic sees: what it requires, and, unless by the bare standard, all data. */
  around(element) {
    const names = contextOf();
    const shapes = {};
    const seen = (id, name) => (element.as[id] ? `${element.as[id]}\u0000${name}` : name);
    for (const id of element.inputs ?? []) this.bindInput(this.model.inputs[id], (name) => seen(id, name), names, shapes);
    for (const id of element.decisions ?? []) {
      const required = this.model.decisions[id];
      const value = this.take(id);
      const shape = this.among(this.model.types[required.space], () => shapeOf(this.type(required.type)));
      for (const name of run.standard ? [required.names[0]] : required.names) {
        names[seen(id, name)] = value;
        shapes[seen(id, name)] = shape;
      }
    }
    for (const id of element.knowledge ?? []) names[seen(id, this.knowledgeName(id))] = this.function(id);
    return this.base(element.space).inside(nested(names), nested(shapes));
  }

  bindInput(input, seen, names, shapes) {
    this.among(this.model.types[input.space], () => {
      shapes[seen(input.name)] = shapeOf(this.type(input.type));
      const there = Object.hasOwn(this.given, input.name);
      if (!there && !run.standard) return;
      names[seen(input.name)] = this.held(there ? this.given[input.name] : null, input.type, { part: "data", name: input.name });
    });
  }

  knowledgeName(id) {
    return (this.model.knowledge[id] ?? this.model.services[id]).name;
  }

  function(id) {
    if (!this.functions.has(id)) {
      const model = this.model.knowledge[id];
      const element = model ?? this.model.services[id];
      const made = this.among(this.model.types[element.space], () => (model ? this.knowledge(model) : this.service(element)));
      this.functions.set(id, made);
    }
    return this.functions.get(id);
  }

  knowledge(model) {
    return this.at({ part: "function", name: model.name }, () => {
      const itself = contextOf();
      const outer = this.around({ ...model, inputs: [], decisions: [] }).inside(itself);
      const result = this.resultOf(model.type) || this.resultOf(model.logic.type);
      const wanted = this.parametersOf(model.type);
      const parameters = model.logic.parameters.map((each, place) => ({ ...each, type: each.type || wanted[place] || "" }));
      itself[model.name] = functionOf({ ...model.logic, name: model.name, parameters }, outer, this, result);
      return itself[model.name];
    });
  }

  functionOf(box, around) {
    return functionOf(box, around, this, this.resultOf(box.type));
  }

  /** The type of what a function gives: the one written there, or that of the function type written there. */
  resultOf(name) {
    const type = this.type(name);
    const inner = type.kind === "item" ? opened(this.types[type.name], this.types) : type;
    if (inner.kind !== "function") return name;
    return this.types[type.name]?.function?.result ?? "";
  }

  /** The types of the parameters of a function type, in order; none for any other type. */
  parametersOf(name) {
    return (this.types[name]?.function?.parameters ?? []).map((each) => each.type);
  }

  /** A decision service as a function of its input data and input decisions (10.4). */
  service(service) {
    const inputs = service.inputs.map((id) => this.model.inputs[id]);
    const decisions = service.inputDecisions.map((id) => this.model.decisions[id]);
    const ids = [...service.inputs, ...service.inputDecisions];
    const seen = (id, name) => (service.as[id] ? `${service.as[id]}.${name}` : name);
    const wanted = this.parametersOf(service.type);
    const parameters = [...inputs, ...decisions].map((each, place) => ({
      name: seen(ids[place], each.name ?? each.names[0]),
      type: this.among(this.model.types[each.space], () => this.type(each.type || wanted[place])),
    }));
    const types = this.types;
    const work = (values) => {
      const names = contextOf({ ...(run.standard ? {} : this.given) });
      inputs.forEach((input, place) => (names[input.name] = values[place]));
      const inner = new Taking(this.model, names, this.failureOf, this);
      decisions.forEach((_, place) => inner.taken.set(service.inputDecisions[place], values[inputs.length + place]));
      const answers = service.outputs.map((id) => inner.take(id));
      const whole = () => contextOf(Object.fromEntries(service.outputs.map((id, place) => [seen(id, this.model.decisions[id].names[0]), answers[place]])));
      const value = answers.length === 1 ? answers[0] : whole();
      return this.among(types, () => this.held(value, this.resultOf(service.type), { part: "result" }));
    };
    return new FeelFunction(parameters, work, { name: service.name });
  }

  /** Calls a knowledge model or a decision service with the data given, by name. */
  invoke(id) {
    const called = this.function(id);
    return called.call(called.parameters.map(({ name, type }) => this.fitting(Object.hasOwn(this.given, name) ? this.given[name] : null, type))) ?? null;
  }

  fitting(value, type) {
    try {
      return fitted(value, type);
    } catch {
      return null;
    }
  }

  box(box, around) {
    return evaluate(box, around, this);
  }

  /** A value as its declared type wants it; one that is not of it is refused, or null by the bare standard. */
  held(value, name, place) {
    if (!name || value === undefined) return value ?? null;
    const type = this.type(name);
    if (type.kind === "any") return value;
    try {
      return fitted(value, type);
    } catch (error) {
      if (!(error instanceof WrongType)) throw error;
      return this.refuse({ fault: error.fault, expected: error.fault === "allowed" ? error.message : name, ...place });
    }
  }

  /** The value if a list of allowed values, as a unary test, lets it pass. */
  allowed(value, text, place, around) {
    if (!text || value === null) return value;
    if (this.at(place, () => around.test(text, value))) return value;
    return this.refuse({ fault: "allowed", expected: text, ...place });
  }

  allowedText(name) {
    const type = this.type(name);
    return type.kind === "item" ? (this.types[type.name].allowed ?? "") : "";
  }

  /** A fault of the model or its data: an error, or null by the bare standard. */
  refuse(problem) {
    if (run.standard) return remark("invalid", null, problem.fault);
    throw { motcua: { kind: "refused", ...problem } };
  }

  /** Does a piece of work; what goes wrong in it is told with its place, the innermost one. */
  at(place, work) {
    try {
      return work();
    } catch (error) {
      throw { motcua: { ...place, ...this.failureOf(error) } };
    }
  }
}

/** Names of what is imported are written with their prefix: `prefix.name` is the entry `name` of `prefix`. */
function nested(names) {
  const made = contextOf();
  for (const [name, value] of Object.entries(names)) {
    const at = name.indexOf("\u0000");
    if (at < 0) made[name] = value;
    else (made[name.slice(0, at)] ??= contextOf())[name.slice(at + 1)] = value;
  }
  return made;
}
