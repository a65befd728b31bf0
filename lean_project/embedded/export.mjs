// Writing the constants that code added to its imports as a term document (docs/protocol.md).

import { isScalar, unbox } from "./heap.mjs";

// Tags of `Lean.ConstantInfo`, in order.
const KINDS = ["axiom", "def", "theorem", "opaque", "quot", "inductive", "ctor", "rec"];
const SAFETY = ["unsafe", "safe", "partial"];
// `Kernel.Environment.constants` is field 0; `SMap.map₂`, the constants added after the import, is field 1.
const KERNEL_ENVIRONMENT = { constants: 0 };
const SMAP = { added: 1 };
// What stands for a free variable or a metavariable. Every reader of documents refuses it as malformed.
const NOT_CLOSED = ["?"];
const ATTRIBUTES = [
  ["implemented_by", "l_Lean_Compiler_getImplementedBy_x3f"],
  ["extern", "l_Lean_isExtern"],
  ["csimp", "l_Lean_Compiler_hasCSimpAttribute"],
  ["init", "l_Lean_isIOUnitInitFn"],
];

// As `getOriginalConstKind?` answers: what a constant was before its module left out its body.
const ORIGINAL_KINDS = ["def", "theorem", "axiom", "opaque", "quot", "inductive", "ctor", "rec"];

/** A term has more entries than it may have. */
export class TooLarge extends Error {}

/** One table of a document: rows are shared by content. */
class Table {
  rows = [];
  #index = new Map();

  add(row) {
    const key = JSON.stringify(row);
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.rows.length;
      this.rows.push(row);
      this.#index.set(key, index);
    }
    return index;
  }
}

export class Exporter {
  #heap;
  #names = new Table();
  #levels = new Table();
  #exprs = new Table();
  #constants = [];
  #byPointer;
  #renamed;
  #prefix;
  #limit = Infinity;

  constructor(lean) {
    this.#heap = lean.heap;
    this.#names.add(null);
    this.#scope(new Set(), 0);
  }

  /** Pointers are remembered within one environment only; `renamed` holds the names that get the prefix. */
  #scope(renamed, prefix) {
    this.#byPointer = { names: new Map(), levels: new Map(), exprs: new Map() };
    this.#renamed = renamed;
    this.#prefix = prefix;
  }

  /** The document of `env` and of the environments of its examples, all lent. */
  document(env, exampleEnvs) {
    const main = this.#added(env);
    const known = new Set(main.map(([name]) => this.#name(name)));
    for (const [name, info] of main) this.#constant(env, name, info);
    exampleEnvs.forEach((exampleEnv, k) => {
      const fresh = this.#added(exampleEnv).filter(([name]) => !known.has(this.#name(name)));
      const renamed = new Set(fresh.map(([name]) => this.#name(name)));
      const prefix = this.#names.add([this.#names.add([0, "_gentzen_example"]), k]);
      this.#scope(renamed, prefix);
      for (const [name, info] of fresh) this.#constant(exampleEnv, name, info);
      this.#scope(new Set(), 0);
    });
    return this.#document();
  }

  #document() {
    return { names: this.#names.rows, levels: this.#levels.rows, exprs: this.#exprs.rows, constants: this.#constants };
  }

  /**
   * The document whose only constant is the axiom `name` of type `type`, and the names of the `constants` in it; all names
   * and terms are lent. Throws `TooLarge` beyond `limit` terms.
   */
  statement(name, type, limit) {
    this.#limit = limit;
    const axiom = { kind: "axiom", name: this.#name(name), levels: [], type: this.#expr(type), unsafe: false };
    axiom.levels = this.#levels.rows.filter(([kind]) => kind === "p").map(([, parameter]) => parameter);
    this.#constants.push(axiom);
    const mentioned = new Set(this.#exprs.rows.filter(([kind]) => kind === "c" || kind === "j").map(([, index]) => index));
    const constants = [...this.#byPointer.names].filter(([, index]) => mentioned.has(index)).map(([pointer]) => pointer);
    return { document: this.#document(), constants };
  }

  /**
   * The document of the constants with these names (pairs of text and name, lent) that `env` (lent) has, without proofs,
   * and the texts of the names that are `missing`.
   */
  lookup(env, wanted) {
    const heap = this.#heap;
    const kernel = heap.raw("lean_elab_environment_to_kernel_env")(heap.inc(env));
    const missing = [];
    for (const [text, name] of wanted) {
      const found = heap.raw("lean_environment_find")(heap.inc(kernel), heap.inc(name));
      if (isScalar(found)) missing.push(text);
      else {
        this.#constant(env, name, heap.field(found, 0), { library: true });
        // The environment keeps the constant alive.
        heap.dec(found);
      }
    }
    heap.dec(kernel);
    return { document: this.#document(), missing };
  }

  #added(env) {
    const heap = this.#heap;
    const kernel = heap.raw("lean_elab_environment_to_kernel_env")(heap.inc(env));
    const map = heap.field(heap.field(kernel, KERNEL_ENVIRONMENT.constants), SMAP.added);
    const out = [...heap.persistentMap(map)];
    // The elaboration environment keeps the kernel's alive.
    heap.dec(kernel);
    return out;
  }

  #name(pointer) {
    if (isScalar(pointer)) return 0;
    const memo = this.#byPointer.names;
    const found = memo.get(pointer);
    if (found !== undefined) return found;
    const heap = this.#heap;
    const prefix = this.#name(heap.field(pointer, 0));
    const last = heap.field(pointer, 1);
    const index = this.#names.add([prefix, heap.tag(pointer) === 1 ? heap.peek(last) : Number(heap.digits(last))]);
    memo.set(pointer, index);
    return index;
  }

  /** The name of a constant: as it is, or under the prefix of the example that declared it. */
  #constantName(pointer) {
    const index = this.#name(pointer);
    return this.#renamed.has(index) ? this.#under(index) : index;
  }

  #under(index) {
    if (index === 0) return this.#prefix;
    const [prefix, last] = this.#names.rows[index];
    return this.#names.add([this.#under(prefix), last]);
  }

  #nameList(list, each = (name) => this.#name(name)) {
    return [...this.#heap.listItems(list)].map(each);
  }

  #level(pointer) {
    const memo = this.#byPointer.levels;
    const found = memo.get(pointer);
    if (found !== undefined) return found;
    const heap = this.#heap;
    const sub = (i) => this.#level(heap.field(pointer, i));
    let row;
    switch (heap.tag(pointer)) {
      case 0: row = ["0"]; break;
      case 1: row = ["s", sub(0)]; break;
      case 2: row = ["m", sub(0), sub(1)]; break;
      case 3: row = ["i", sub(0), sub(1)]; break;
      case 4: row = ["p", this.#name(heap.field(pointer, 0))]; break;
      // No metavariables in a stored constant, unless code under check went around the kernel: no document can hold one.
      default: row = NOT_CLOSED;
    }
    const index = this.#levels.add(row);
    memo.set(pointer, index);
    return index;
  }

  /** Iterative: terms are deeper than any stack. */
  #expr(root) {
    const heap = this.#heap;
    const memo = this.#byPointer.exprs;
    const stack = [root];
    while (stack.length) {
      const e = stack[stack.length - 1];
      if (memo.has(e)) {
        stack.pop();
        continue;
      }
      const tag = heap.tag(e);
      const parts = tag === 5 ? [0, 1] : tag === 6 || tag === 7 ? [1, 2] : tag === 8 ? [1, 2, 3] : tag === 10 ? [1] : tag === 11 ? [2] : [];
      let ready = true;
      for (const i of parts) {
        const child = heap.field(e, i);
        if (!memo.has(child)) {
          stack.push(child);
          ready = false;
        }
      }
      if (!ready) continue;
      stack.pop();
      memo.set(e, this.#row(e, tag, memo));
      if (this.#exprs.rows.length > this.#limit) throw new TooLarge();
    }
    return memo.get(root);
  }

  #row(e, tag, memo) {
    const heap = this.#heap;
    const sub = (i) => memo.get(heap.field(e, i));
    const add = (row) => this.#exprs.add(row);
    // The scalars of a cached term are its 8 bytes of hash data, then the binder information.
    const info = () => heap.byte(e, 8);
    switch (tag) {
      case 0: return add(["b", Number(heap.digits(heap.field(e, 0)))]);
      case 3: return add(["s", this.#level(heap.field(e, 0))]);
      case 4: return add(["c", this.#constantName(heap.field(e, 0)), [...heap.listItems(heap.field(e, 1))].map((l) => this.#level(l))]);
      case 5: return add(["a", sub(0), sub(1)]);
      case 6: return add(["l", this.#name(heap.field(e, 0)), sub(1), sub(2), info()]);
      case 7: return add(["p", this.#name(heap.field(e, 0)), sub(1), sub(2), info()]);
      case 8: return add(["e", this.#name(heap.field(e, 0)), sub(1), sub(2), sub(3), info()]);
      case 9: {
        const literal = heap.field(e, 0);
        const value = heap.field(literal, 0);
        return add(heap.tag(literal) === 0 ? ["n", heap.digits(value)] : ["t", heap.peek(value)]);
      }
      case 10: return sub(1);
      case 11: return add(["j", this.#constantName(heap.field(e, 0)), Number(heap.digits(heap.field(e, 1))), sub(2)]);
      default: return add(NOT_CLOSED);
    }
  }

  /** `library`: as a reader of single constants wants it, see `lookup`. */
  #constant(env, namePointer, info, { library = false } = {}) {
    const heap = this.#heap;
    const kind = KINDS[heap.tag(info)];
    const value = heap.field(info, 0);
    const common = heap.field(value, 0);
    const constantName = (pointer) => this.#constantName(pointer);
    const row = {
      kind,
      name: constantName(heap.field(common, 0)),
      levels: this.#nameList(heap.field(common, 1)),
      type: this.#expr(heap.field(common, 2)),
    };
    switch (kind) {
      case "axiom":
        row.unsafe = heap.byte(value, 0) === 1;
        if (library) row.kind = originalKind(heap, env, namePointer) ?? kind;
        break;
      case "def": {
        const hints = heap.field(value, 2);
        row.value = this.#expr(heap.field(value, 1));
        row.hints = isScalar(hints) ? ["opaque", "abbrev"][unbox(hints)] : heap.uint32(hints, 0);
        row.all = this.#nameList(heap.field(value, 3), constantName);
        row.safety = SAFETY[heap.byte(value, 0)];
        break;
      }
      case "theorem":
        if (!library) row.value = this.#expr(heap.field(value, 1));
        row.all = this.#nameList(heap.field(value, 2), constantName);
        break;
      case "opaque":
        row.value = this.#expr(heap.field(value, 1));
        row.all = this.#nameList(heap.field(value, 2), constantName);
        row.unsafe = heap.byte(value, 0) === 1;
        break;
      case "inductive":
        row.params = Number(heap.digits(heap.field(value, 1)));
        row.indices = Number(heap.digits(heap.field(value, 2)));
        row.all = this.#nameList(heap.field(value, 3), constantName);
        row.ctors = this.#nameList(heap.field(value, 4), constantName);
        row.nested = Number(heap.digits(heap.field(value, 5)));
        row.recursive = heap.byte(value, 0) === 1;
        row.unsafe = heap.byte(value, 1) === 1;
        row.reflexive = heap.byte(value, 2) === 1;
        break;
      case "ctor":
        row.induct = constantName(heap.field(value, 1));
        row.unsafe = heap.byte(value, 0) === 1;
        break;
      case "rec":
        row.all = this.#nameList(heap.field(value, 1), constantName);
        row.unsafe = heap.byte(value, 1) === 1;
        break;
      default:
        break;
    }
    const attributes = ATTRIBUTES.filter(([, check]) => {
      const answer = heap.call(check, heap.inc(env), heap.inc(namePointer));
      const yes = !isScalar(answer) || unbox(answer) === 1;
      heap.dec(answer);
      return yes;
    }).map(([attribute]) => attribute);
    if (attributes.length) row.attributes = attributes;
    this.#constants.push(row);
  }
}

/** What an imported constant (lent) really is where the import shows it as an axiom, for want of its body; null elsewhere. */
export function originalKind(heap, env, name) {
  const original = heap.call("l_Lean_getOriginalConstKind_x3f", heap.inc(env), heap.inc(name));
  const kind = isScalar(original) ? null : ORIGINAL_KINDS[unbox(heap.field(original, 0))];
  heap.dec(original);
  return kind;
}
