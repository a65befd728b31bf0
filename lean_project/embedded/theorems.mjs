// The theorems that an import brings, with the constants that their statements mention: what premise retrieval reads.

import { isScalar } from "./heap.mjs";
import { originalKind } from "./export.mjs";

const HEADER = { moduleData: 5 };
const MODULE_DATA = { constants: 2 };
// Tags of `Lean.ConstantInfo`. Where the import shows only types, theorems come as axioms.
const AXIOM = 0;
const THEOREM = 2;
// Tags of `Lean.Expr`, and the fields of each that are terms.
const CONST = 4;
const TERMS = { 5: [0, 1], 6: [1, 2], 7: [1, 2], 8: [1, 2, 3], 10: [1], 11: [2] };

/**
 * Pages through the imported modules of `env` (lent), from module number `from` until `most` theorems are there or the end
 * is reached (`next` is then null). Names are given once; `theorems` are [name, module, [constants]], all indices but the
 * module, which is one of `modules`. Null when it was interrupted.
 */
export function theorems(lean, env, from, most, interrupted) {
  const { heap, names } = lean;
  const header = heap.call("l_Lean_Environment_header", heap.inc(env));
  const moduleNames = heap.call("l_Lean_EnvironmentHeader_moduleNames", heap.inc(header));
  const data = heap.field(header, HEADER.moduleData);
  const texts = [];
  const indices = new Map();
  const byText = new Map();
  const index = (name) => {
    let found = indices.get(name);
    if (found === undefined) {
      const text = names.text(name);
      found = byText.get(text) ?? texts.length;
      if (found === texts.length) {
        texts.push(text);
        byText.set(text, found);
      }
      indices.set(name, found);
    }
    return found;
  };
  const modules = [];
  const rows = [];
  const count = heap.size(data);
  let at = from;
  try {
    for (; at < count && rows.length < most; at++) {
      modules.push(names.text(heap.at(moduleNames, at)));
      for (const info of heap.arrayItems(heap.field(heap.at(data, at), MODULE_DATA.constants))) {
        if (interrupted()) return null;
        const tag = heap.tag(info);
        if (tag !== THEOREM && tag !== AXIOM) continue;
        const common = heap.field(heap.field(info, 0), 0);
        const name = heap.field(common, 0);
        if (isInternal(heap, name)) continue;
        if (tag === AXIOM && originalKind(heap, env, name) !== "theorem") continue;
        rows.push([index(name), modules.length - 1, [...new Set([...mentioned(heap, heap.field(common, 2))].map(index))]]);
      }
    }
  } finally {
    heap.dec(moduleNames);
    heap.dec(header);
  }
  return { modules, names: texts, theorems: rows, next: at < count ? at : null };
}

/** Whether Lean made the name up: a part begins with an underscore or is a number. */
function isInternal(heap, name) {
  for (let n = name; !isScalar(n); n = heap.field(n, 0)) {
    if (heap.tag(n) !== 1 || heap.peek(heap.field(n, 1)).startsWith("_")) return true;
  }
  return false;
}

/** Pointers to the names of the constants in a term; a name may lie in several places. */
function mentioned(heap, root) {
  const found = new Set();
  const seen = new Set([root]);
  const stack = [root];
  while (stack.length) {
    const e = stack.pop();
    const tag = heap.tag(e);
    if (tag === CONST) found.add(heap.field(e, 0));
    for (const i of TERMS[tag] ?? []) {
      const child = heap.field(e, i);
      if (!seen.has(child)) {
        seen.add(child);
        stack.push(child);
      }
    }
  }
  return found;
}
