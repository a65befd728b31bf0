// Adding the constants of a term document to an environment that the elaborator goes on with.

import { UNIT, box } from "./heap.mjs";
import { Refused, Terms, declarationUnits, declare, isUnsafe, kernelSays } from "./replay.mjs";

// `Lean.Except`: error is 0, ok is 1.
const OK = 1;
const KINDS = ["def", "theorem", "axiom", "opaque"];

/**
 * `{ env, error }`: `env` (lent) with the document's constants, owned, or 0 with the `error` of the protocol. null when
 * `interrupted()` between two constants. `options` (lent): those under which Lean derives equations and the like from the
 * constants when a tactic asks for them. `token`: a cancel token (lent), or 0.
 */
export function define(lean, env, options, document, { token, interrupted }) {
  const { heap } = lean;
  let terms = null;
  let current = heap.inc(env);
  try {
    terms = new Terms(heap, document);
    for (const constant of document.constants) {
      if (KINDS.includes(constant?.kind) && !isUnsafe(constant)) continue;
      throw new Refused(terms.nameText(constant?.name ?? 0), "only safe definitions, theorems, axioms and opaque constants can be defined");
    }
    for (const unit of declarationUnits(terms, document)) {
      if (interrupted()) return null;
      const cancel = token ? heap.some(heap.inc(token)) : UNIT;
      const unbounded = heap.ctor(0, [], [0, 0, 0, 0]);
      // Tells the kernel and the elaborator's own table of constants. Consumes the environment, so it gets its own reference.
      const out = heap.call("l_Lean_Environment_addDeclCore", heap.inc(current), unbounded, declare(heap, terms, unit), cancel, box(1));
      if (heap.tag(out) !== OK) throw new Refused(terms.nameText(unit.constant.name), kernelSays(heap, heap.take(out, 0)));
      heap.dec(current);
      const added = heap.take(out, 0);
      // `BaseIO`: the result is the value itself.
      current = heap.call("l_Lean_Environment_enableRealizationsForConst", added, heap.inc(options), terms.name(unit.constant.name), UNIT);
    }
    return { env: heap.inc(current), error: null };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { env: 0, error: { constant: error.constant, message: error.message } };
  } finally {
    terms?.release();
    heap.dec(current);
  }
}
