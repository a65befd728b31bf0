// Rebuilding a term document and handing every constant of it to Lean's kernel, on top of a fresh import.
//
// The document comes from a process that may have been fooled by the code it ran. So every index and every type in it is
// checked here before it becomes a Lean object, and objects are made only through Lean's own constructors.

import { UNIT, box, isScalar, unbox } from "./heap.mjs";

// `Lean.Except`: error is 0, ok is 1.
const OK = 1;
// `Lean.ConstantKind`, as `getOriginalConstKind?` answers.
const ORIGINAL_KINDS = ["def", "theorem", "axiom", "opaque", "quot", "inductive", "ctor", "rec"];
const KINDS = ["axiom", "def", "theorem", "opaque", "quot", "inductive", "ctor", "rec"];
const SAFE = 1;
const MAX_ENTRIES = 20_000_000;

/** The document is refused; `constant` is where. */
export class Refused extends Error {
  constructor(constant, message) {
    super(message);
    this.constant = constant;
  }
}

const refuse = (message) => {
  throw new Refused("", `malformed document: ${message}`);
};

/** Tables of Lean objects, each owned until `release`. */
export class Terms {
  #heap;
  names = [];
  levels = [];
  exprs = [];
  #document;

  constructor(heap, document) {
    this.#heap = heap;
    this.#document = document;
    for (const table of ["names", "levels", "exprs", "constants"]) {
      if (!Array.isArray(document?.[table]) || document[table].length > MAX_ENTRIES) refuse(`no table ${table}`);
    }
    document.names.forEach((row, i) => this.names.push(this.#name(row, i)));
    document.levels.forEach((row) => this.levels.push(this.#level(row)));
    document.exprs.forEach((row) => this.exprs.push(this.#expr(row)));
  }

  release() {
    for (const table of [this.names, this.levels, this.exprs]) for (const object of table) this.#heap.dec(object);
  }

  #at(table, index) {
    if (!Number.isInteger(index) || index < 0 || index >= table.length) refuse(`index ${index} out of range`);
    return this.#heap.inc(table[index]);
  }

  name = (index) => this.#at(this.names, index);
  level = (index) => this.#at(this.levels, index);
  expr = (index) => this.#at(this.exprs, index);
  nameList = (indices) => {
    if (!Array.isArray(indices)) refuse("a list of names was expected");
    return this.#heap.list(indices.map(this.name));
  };

  #natural(value) {
    if (!Number.isSafeInteger(value) || value < 0) refuse(`${value} is no natural number`);
    return this.#heap.nat(value);
  }

  #info(value) {
    if (value !== 0 && value !== 1 && value !== 2 && value !== 3) refuse("binder information");
    return value;
  }

  #name(row, i) {
    if (i === 0) {
      if (row !== null) refuse("name 0 must be anonymous");
      return UNIT;
    }
    if (!Array.isArray(row) || row.length !== 2) refuse("a name");
    const [prefix, last] = row;
    if (typeof last === "string") return this.#heap.call("l_Lean_Name_str___override", this.name(prefix), this.#heap.string(last));
    return this.#heap.call("l_Lean_Name_num___override", this.name(prefix), this.#natural(last));
  }

  #level(row) {
    const heap = this.#heap;
    if (!Array.isArray(row)) refuse("a level");
    switch (row[0]) {
      case "0": return heap.raw("lean_level_mk_zero")(UNIT);
      case "s": return heap.raw("lean_level_mk_succ")(this.level(row[1]));
      case "m": return heap.raw("lean_level_mk_max")(this.level(row[1]), this.level(row[2]));
      case "i": return heap.raw("lean_level_mk_imax")(this.level(row[1]), this.level(row[2]));
      case "p": return heap.raw("lean_level_mk_param")(this.name(row[1]));
      default: return refuse("a level");
    }
  }

  #expr(row) {
    const heap = this.#heap;
    if (!Array.isArray(row)) refuse("a term");
    const make = (name, ...args) => heap.raw(`lean_expr_mk_${name}`)(...args);
    switch (row[0]) {
      case "b": return make("bvar", this.#natural(row[1]));
      case "s": return make("sort", this.level(row[1]));
      case "c":
        if (!Array.isArray(row[2])) refuse("universe arguments");
        return make("const", this.name(row[1]), heap.list(row[2].map(this.level)));
      case "a": return make("app", this.expr(row[1]), this.expr(row[2]));
      case "l": return make("lambda", this.name(row[1]), this.expr(row[2]), this.expr(row[3]), this.#info(row[4]));
      case "p": return make("forall", this.name(row[1]), this.expr(row[2]), this.expr(row[3]), this.#info(row[4]));
      case "e":
        // `nondep` is an annotation of the elaborator's; the kernel and we read a `let`.
        return heap.call(
          "l_Lean_Expr_letE___override", this.name(row[1]), this.expr(row[2]), this.expr(row[3]), this.expr(row[4]), box(row[5] === 1 ? 1 : 0),
        );
      case "n":
        if (typeof row[1] !== "string" || !/^[0-9]{1,100000}$/.test(row[1])) refuse("a numeral");
        return make("lit", heap.ctor(0, [heap.nat(row[1])]));
      case "t":
        if (typeof row[1] !== "string") refuse("a string");
        return make("lit", heap.ctor(1, [heap.string(row[1])]));
      case "j": return make("proj", this.name(row[1]), this.#natural(row[2]), this.expr(row[3]));
      default: return refuse("a term");
    }
  }

  /** The dotted text of a name, for messages. */
  nameText(index) {
    const parts = [];
    for (let i = index; i > 0; i = this.#document.names[i][0]) parts.push(this.#document.names[i][1]);
    return parts.reverse().join(".");
  }

  /** For every term, the name indices of the constants in it, as an iterator over each root's reachable rows. */
  constantsIn(roots) {
    const rows = this.#document.exprs;
    const seen = new Set();
    const found = new Set();
    const stack = [...roots];
    while (stack.length) {
      const i = stack.pop();
      if (seen.has(i)) continue;
      seen.add(i);
      const row = rows[i];
      switch (row[0]) {
        case "c": found.add(row[1]); break;
        case "a": stack.push(row[1], row[2]); break;
        case "l": case "p": stack.push(row[2], row[3]); break;
        case "e": stack.push(row[2], row[3], row[4]); break;
        case "j": found.add(row[1]); stack.push(row[3]); break;
        default: break;
      }
    }
    return found;
  }
}

/**
 * Replay `document` on `env` (lent). `{ accepted, error, library }` as the protocol says. `token`: a cancel token
 * (lent), or 0; `interrupted()` is asked between constants.
 */
export function replay(lean, env, document, { token, interrupted }) {
  const { heap, names } = lean;
  let terms = null;
  let kernel = heap.raw("lean_elab_environment_to_kernel_env")(heap.inc(env));
  const cancel = token ? heap.some(heap.inc(token)) : UNIT;
  try {
    terms = new Terms(heap, document);
    const units = declarationUnits(terms, document);
    for (const unit of units) {
      if (interrupted()) return null;
      const next = add(heap, terms, kernel, unit, cancel);
      heap.dec(kernel);
      kernel = next;
    }
    checkGenerated(heap, terms, kernel, document);
    return { accepted: true, error: null, library: library(lean, terms, env, document) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { accepted: false, error: { constant: error.constant, message: error.message }, library: {} };
  } finally {
    terms?.release();
    heap.dec(kernel);
    heap.dec(cancel);
  }
}

export const isUnsafe = (constant) => constant.unsafe === true || (constant.kind === "def" && constant.safety !== "safe");

/** What goes to the kernel at once (a definition, a theorem, a whole inductive group), in dependency order. */
export function declarationUnits(terms, document) {
  const byName = new Map();
  for (const constant of document.constants) {
    if (!KINDS.includes(constant?.kind)) refuse("a constant of no known kind");
    if (constant.kind === "theorem" && isUnsafe(constant)) refuse("a theorem that calls itself unsafe");
    if (!Number.isInteger(constant.name) || constant.name <= 0 || constant.name >= terms.names.length) refuse("a constant's name");
    if (byName.has(constant.name)) refuse(`${terms.nameText(constant.name)} twice`);
    if (!Number.isInteger(constant.type) || !document.exprs[constant.type]) refuse("a constant's type");
    if ("value" in constant && (!Number.isInteger(constant.value) || !document.exprs[constant.value])) refuse("a constant's value");
    byName.set(constant.name, constant);
  }
  const get = (name, kind) => {
    const constant = byName.get(name);
    if (constant?.kind !== kind) throw new Refused(terms.nameText(name), `malformed document: ${kind} expected`);
    return constant;
  };
  const units = new Map();
  for (const constant of document.constants) {
    if (isUnsafe(constant) || constant.kind === "rec" || constant.kind === "ctor") continue;
    if (constant.kind === "quot") throw new Refused(terms.nameText(constant.name), "quotients cannot be declared again");
    if (constant.kind !== "inductive") {
      units.set(constant.name, { constant, members: [constant.name], roots: [constant.type, ...("value" in constant ? [constant.value] : [])] });
      continue;
    }
    if (units.has(constant.name)) continue;
    if (!Array.isArray(constant.all) || !constant.all.includes(constant.name)) refuse("an inductive group without itself");
    const types = constant.all.map((name) => get(name, "inductive"));
    if (types.some((type) => isUnsafe(type) || type.params !== constant.params || String(type.all) !== String(constant.all))) {
      refuse("an inductive group that disagrees with itself");
    }
    if (types.some((type) => !Array.isArray(type.ctors))) refuse("constructors");
    const ctors = types.map((type) => type.ctors.map((name) => get(name, "ctor")));
    const flat = ctors.flat();
    const unit = { constant, types, ctors, members: [...constant.all, ...flat.map((c) => c.name)], roots: [...types, ...flat].map((c) => c.type) };
    for (const name of constant.all) units.set(name, unit);
  }
  // Constructors and recursors come with their inductive type.
  const owner = new Map();
  for (const unit of units.values()) for (const name of unit.members) owner.set(name, unit);
  for (const constant of document.constants) {
    if (constant.kind === "ctor" && !isUnsafe(constant) && !owner.has(constant.name)) {
      throw new Refused(terms.nameText(constant.name), "a constructor that its type does not list");
    }
    if (constant.kind === "rec" && !isUnsafe(constant)) {
      if (!Array.isArray(constant.all) || !units.has(constant.all[0])) throw new Refused(terms.nameText(constant.name), "a recursor of no type");
      owner.set(constant.name, units.get(constant.all[0]));
    }
  }
  const order = [];
  const state = new Map();
  for (const start of new Set(units.values())) {
    const stack = [[start, null]];
    while (stack.length) {
      const top = stack[stack.length - 1];
      const [unit] = top;
      if (top[1] === null) {
        if (state.get(unit) === "done") {
          stack.pop();
          continue;
        }
        state.set(unit, "open");
        top[1] = [...terms.constantsIn(unit.roots)].map((name) => owner.get(name)).filter((other) => other && other !== unit);
        if (!unit.types && terms.constantsIn(unit.roots).has(unit.constant.name)) {
          throw new Refused(terms.nameText(unit.constant.name), "refers to itself");
        }
      }
      const next = top[1].pop();
      if (next === undefined) {
        state.set(unit, "done");
        order.push(unit);
        stack.pop();
      } else if (state.get(next) === "open") {
        throw new Refused(terms.nameText(next.constant.name), "circular declarations");
      } else if (state.get(next) !== "done") stack.push([next, null]);
    }
  }
  return order;
}

/** The `Lean.Declaration` of a unit, owned. */
export function declare(heap, terms, unit) {
  const { constant } = unit;
  const common = (c) => heap.ctor(0, [terms.name(c.name), terms.nameList(c.levels), terms.expr(c.type)]);
  const all = (c) => terms.nameList(c.all ?? [c.name]);
  switch (constant.kind) {
    case "axiom":
      return heap.ctor(0, [heap.ctor(0, [common(constant)], [0])]);
    case "def": {
      const { hints } = constant;
      let hint = UNIT;
      if (hints === "abbrev") hint = box(1);
      else if (Number.isInteger(hints) && hints >= 0 && hints < 2 ** 32) {
        hint = heap.ctor(2, [], [hints & 255, (hints >> 8) & 255, (hints >> 16) & 255, (hints >>> 24) & 255]);
      } else if (hints !== "opaque") refuse("reducibility hints");
      return heap.ctor(1, [heap.ctor(0, [common(constant), terms.expr(constant.value), hint, all(constant)], [SAFE])]);
    }
    case "theorem":
      return heap.ctor(2, [heap.ctor(0, [common(constant), terms.expr(constant.value), all(constant)])]);
    case "opaque":
      return heap.ctor(3, [heap.ctor(0, [common(constant), terms.expr(constant.value), all(constant)], [0])]);
    default: {
      if (!Number.isSafeInteger(constant.params) || constant.params < 0) refuse("a number of parameters");
      const types = unit.types.map((type, i) =>
        heap.ctor(0, [terms.name(type.name), terms.expr(type.type), heap.list(unit.ctors[i].map((c) => heap.ctor(0, [terms.name(c.name), terms.expr(c.type)])))]),
      );
      return heap.ctor(6, [terms.nameList(constant.levels), heap.nat(constant.params), heap.list(types)], [0]);
    }
  }
}

/** What the kernel says of what it refuses; consumes the exception. */
export function kernelSays(heap, exception) {
  const reason = heap.call("l_Lean_Kernel_Exception_toMessageData", exception, UNIT);
  return heap.text(heap.call("l_Lean_MessageData_toString", reason, UNIT));
}

function add(heap, terms, kernel, unit, cancel) {
  const declaration = declare(heap, terms, unit);
  const out = heap.raw("lean_add_decl")(heap.inc(kernel), 0, declaration, cancel);
  heap.dec(declaration);
  if (heap.tag(out) === OK) return heap.take(out, 0);
  throw new Refused(terms.nameText(unit.constant.name), kernelSays(heap, heap.take(out, 0)));
}

/** Whether two lists of names (lent) are the same, in order. */
function sameNames(heap, one, other) {
  while (!isScalar(one) && !isScalar(other)) {
    if (heap.raw("lean_name_eq")(heap.field(one, 0), heap.field(other, 0)) !== 1) return false;
    [one, other] = [heap.field(one, 1), heap.field(other, 1)];
  }
  return isScalar(one) && isScalar(other);
}

/** Constructors and recursors that the kernel made must be the ones that the document claims. */
function checkGenerated(heap, terms, kernel, document) {
  for (const constant of document.constants) {
    if ((constant.kind !== "rec" && constant.kind !== "ctor") || isUnsafe(constant)) continue;
    const found = heap.raw("lean_environment_find")(heap.inc(kernel), terms.name(constant.name));
    if (isScalar(found)) throw new Refused(terms.nameText(constant.name), "the kernel made no such constant");
    const common = heap.field(heap.field(heap.field(found, 0), 0), 0);
    const levels = terms.nameList(constant.levels);
    const claimed = terms.expr(constant.type);
    const same = sameNames(heap, heap.field(common, 1), levels) && heap.raw("lean_expr_eqv")(heap.field(common, 2), claimed) === 1;
    heap.dec(levels);
    heap.dec(claimed);
    heap.dec(found);
    if (!same) throw new Refused(terms.nameText(constant.name), "differs from what the kernel made");
  }
}

/** What the import knows of the constants that the document uses and does not define. */
function library(lean, terms, env, document) {
  const { heap } = lean;
  const defined = new Set(document.constants.map((constant) => constant.name));
  const used = terms.constantsIn(document.exprs.keys());
  const out = {};
  const kernel = heap.raw("lean_elab_environment_to_kernel_env")(heap.inc(env));
  for (const name of used) {
    if (defined.has(name)) continue;
    const found = heap.raw("lean_environment_find")(heap.inc(kernel), terms.name(name));
    if (isScalar(found)) continue;
    let kind = KINDS[heap.tag(heap.field(found, 0))];
    heap.dec(found);
    // The bodies of library theorems are not shipped: the import shows them as axioms, and remembers what they were.
    const original = heap.call("l_Lean_getOriginalConstKind_x3f", heap.inc(env), terms.name(name));
    if (!isScalar(original)) kind = ORIGINAL_KINDS[unbox(heap.field(original, 0))];
    heap.dec(original);
    const noncomputable = heap.call("l_Lean_isNoncomputable", heap.inc(env), terms.name(name));
    const text = terms.nameText(name);
    out[text] = { kind, axioms: kind === "axiom" ? [text] : [], noncomputable: unbox(noncomputable) === 1 };
  }
  heap.dec(kernel);
  return out;
}
