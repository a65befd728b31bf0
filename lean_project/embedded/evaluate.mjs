// Computing with the kernel: the value of a closed natural number.

import { UNIT, isScalar } from "./heap.mjs";
import { kernelSays } from "./replay.mjs";

// Tags of `Lean.ConstantInfo` whose values are here, `Lean.Expr`, `Lean.Except`, `Lean.Literal`.
const DEFINED = [1, 3];
const EXPR = { const: 4, app: 5, lit: 9, mdata: 10, proj: 11 };
const OK = 1;
const NATURAL = 0;
// `maxHeartbeats` counts thousands of small allocations.
const HEARTBEAT = 1000;
const MAX_HEARTBEATS = 2 ** 32 - 1;

/**
 * `{ value, stuck, error }` of the constant `name` (as printed) of `env` (lent); null when there is no such definition.
 * `error`: the kernel's words when it gave up. `heartbeats`: bound of the computation, or null. `token`: a cancel token
 * (lent), or 0; when it was set, what comes back means nothing.
 */
export function evaluate(lean, env, name, { token, heartbeats, interrupted }) {
  const { heap, names } = lean;
  const kernel = heap.raw("lean_elab_environment_to_kernel_env")(heap.inc(env));
  const found = heap.raw("lean_environment_find")(kernel, names.parse(name));
  const info = isScalar(found) ? 0 : heap.field(found, 0);
  if (!info || !DEFINED.includes(heap.tag(info))) {
    heap.dec(found);
    return null;
  }
  let term = heap.inc(heap.field(heap.field(info, 0), 1));
  heap.dec(found);
  const restore = bound(heap, token, heartbeats);
  try {
    // The kernel computes below `Nat.succ` only where a literal comes out, so a tower of them is climbed down here.
    for (let successors = 0n; ; successors++) {
      const out = heap.call("l_Lean_Kernel_whnf", heap.inc(env), heap.raw("lean_mk_empty_local_ctx")(UNIT), heap.inc(term));
      heap.dec(term);
      if (heap.tag(out) !== OK) {
        term = 0;
        return { value: null, stuck: "", error: kernelSays(heap, heap.take(out, 0)) };
      }
      term = heap.take(out, 0);
      const value = numeral(heap, names, term);
      if (value !== null) return { value: String(value + successors), stuck: "", error: "" };
      const below = predecessor(heap, names, term);
      if (!below || interrupted()) return { value: null, stuck: head(heap, names, term), error: "" };
      heap.inc(below);
      heap.dec(term);
      term = below;
    }
  } finally {
    restore();
    heap.dec(term);
  }
}

/**
 * Make the kernel of this thread stop at the token and at the heartbeats, as it does while it adds declarations: through
 * the constructors of its own C++ scopes, `{ address of the setting, old value }`. Returns what undoes it.
 */
function bound(heap, token, heartbeats) {
  const scopes = [];
  const enter = (constructor, value) => {
    const scope = heap.raw("malloc")(8);
    heap.raw(constructor)(scope, value);
    scopes.push(scope);
  };
  if (token) enter("_ZN4lean15scope_cancel_tkC1EP11lean_object", token);
  if (heartbeats) {
    enter("_ZN4lean19scope_max_heartbeatC1Em", Math.min(heartbeats * HEARTBEAT, MAX_HEARTBEATS));
    heap.raw("_ZN4lean15reset_heartbeatEv")();
  }
  return () => {
    for (const scope of scopes.reverse()) {
      heap.i32[heap.i32[scope >> 2] >> 2] = heap.i32[(scope + 4) >> 2];
      heap.raw("free")(scope);
    }
  };
}

function numeral(heap, names, term) {
  if (heap.tag(term) === EXPR.const) return names.text(heap.field(term, 0)) === "Nat.zero" ? 0n : null;
  if (heap.tag(term) !== EXPR.lit) return null;
  const literal = heap.field(term, 0);
  return heap.tag(literal) === NATURAL ? BigInt(heap.digits(heap.field(literal, 0))) : null;
}

/** `n` of `Nat.succ n` (lent), else 0. */
function predecessor(heap, names, term) {
  if (heap.tag(term) !== EXPR.app) return 0;
  const f = heap.field(term, 0);
  const isSuccessor = heap.tag(f) === EXPR.const && names.text(heap.field(f, 0)) === "Nat.succ";
  return isSuccessor ? heap.field(term, 1) : 0;
}

/** The constant at the head of a normal form, "" when there is none; what a stuck recursor waits for is not looked at. */
function head(heap, names, term) {
  let e = term;
  for (;;) {
    const tag = heap.tag(e);
    if (tag === EXPR.app) e = heap.field(e, 0);
    else if (tag === EXPR.mdata) e = heap.field(e, 1);
    else if (tag === EXPR.proj) e = heap.field(e, 2);
    else return tag === EXPR.const ? names.text(heap.field(e, 0)) : "";
  }
}
