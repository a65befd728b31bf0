// The closed form of a goal: its target under a Π or `let` for each entry of its local context, as a term document.

import { TooLarge, Exporter } from "./export.mjs";
import { UNIT, box, isScalar } from "./heap.mjs";

// Fields of `LocalContext`, and of `LocalDecl` (`cdecl` is 0, `ldecl` is 1).
const LOCAL_CONTEXT = { decls: 1 };
const LOCAL = { fvar: 1, userName: 2, type: 3, value: 4 };
const CDECL = 0;
// Scalar bytes: `cdecl` has the binder information, then the kind; `ldecl` whether it is a `have`, then the kind.
const SCALAR = { info: 0, nondep: 0, kind: 1 };
const KIND = { default: 0, auxDecl: 2 };
const INSTANCE = 3;
// Bits 40 to 42 of the data that every term caches: in byte 5.
const HAS = { byte: 5, fvar: 1, exprMVar: 2, levelMVar: 4 };
/** What Lean makes of a `sorry`; as a proof it never gets into a goal. */
const SORRY = "sorryAx";
const MAX_TERMS = 200_000;

export class Closer {
  #lean;
  #heap;
  #names;
  #base;

  /** `env` (lent until `release`): the environment whose constants a closed form may mention. */
  constructor(lean, env) {
    this.#lean = lean;
    this.#heap = lean.heap;
    this.#names = lean.names;
    this.#base = this.#heap.raw("lean_elab_environment_to_kernel_env")(this.#heap.inc(env));
  }

  release() {
    this.#heap.dec(this.#base);
  }

  /**
   * `{ closed, why }` as the protocol says; all arguments are lent. `isProp(type)`: whether a type in the goal's context
   * is a proposition.
   */
  close(mctx, lctx, target, isProp) {
    const heap = this.#heap;
    const locals = [...heap.persistentArray(heap.field(lctx, LOCAL_CONTEXT.decls))]
      .filter((entry) => !isScalar(entry))
      .map((entry) => heap.field(entry, 0))
      .filter((local) => heap.byte(local, SCALAR.kind) !== KIND.auxDecl);
    const type = this.#generalized(mctx, locals, target);
    try {
      const why = this.#open(type);
      if (why) return { closed: null, why };
      const { document, constants } = new Exporter(this.#lean).statement(this.#names.get("gentzen.goal"), type, MAX_TERMS);
      for (const name of constants) {
        if (this.#names.text(name) === SORRY) return { closed: null, why: "it rests on what another hole stands for" };
        if (!this.#isKnown(name)) {
          return { closed: null, why: `it mentions ${this.#names.text(name)}, which was not there before this command` };
        }
      }
      return { closed: { document, binders: this.#binders(locals, isProp) }, why: "" };
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      return { closed: null, why: `it is larger than ${MAX_TERMS} terms` };
    } finally {
      heap.dec(type);
    }
  }

  /** The target generalized over the locals (owned). Not Lean's `mkForall`, whose context would need its metavariables instantiated. */
  #generalized(mctx, locals, target) {
    const heap = this.#heap;
    const fvars = heap.array(locals.map((local) => heap.raw("lean_expr_mk_fvar")(heap.inc(heap.field(local, LOCAL.fvar)))));
    const abstracted = (term, count) =>
      heap.call("l_Lean_Expr_abstractRange", this.#instantiated(mctx, term), box(count), heap.inc(fvars));
    let body = abstracted(target, locals.length);
    for (let i = locals.length - 1; i >= 0; i--) {
      const local = locals[i];
      const name = heap.inc(heap.field(local, LOCAL.userName));
      const type = abstracted(heap.field(local, LOCAL.type), i);
      if (this.#isLet(local)) {
        body = heap.call("l_Lean_Expr_letE___override", name, type, abstracted(heap.field(local, LOCAL.value), i), body, box(0));
      } else {
        const info = heap.tag(local) === CDECL ? heap.byte(local, SCALAR.info) : 0;
        body = heap.raw("lean_expr_mk_forall")(name, type, body, info);
      }
    }
    heap.dec(fvars);
    return body;
  }

  /** Like Lean, we take the value of a `have` for forgotten. */
  #isLet(local) {
    return this.#heap.tag(local) !== CDECL && this.#heap.byte(local, SCALAR.nondep) === 0;
  }

  /** The term (lent) with its assigned metavariables replaced, owned. */
  #instantiated(mctx, term) {
    const heap = this.#heap;
    if (!(heap.byte(term, HAS.byte) & (HAS.exprMVar | HAS.levelMVar))) return heap.inc(term);
    return heap.take(heap.raw("lean_instantiate_expr_mvars")(heap.inc(mctx), heap.inc(term)), 1);
  }

  /** Why a term is not closed, "" when it is. */
  #open(term) {
    const flags = this.#heap.byte(term, HAS.byte);
    if (flags & HAS.exprMVar) return "a metavariable is left in it";
    if (flags & HAS.levelMVar) return "a universe metavariable is left in it";
    if (flags & HAS.fvar) return "it mentions the declaration that is being elaborated";
    return "";
  }

  #isKnown(name) {
    const heap = this.#heap;
    const found = heap.raw("lean_environment_find")(heap.inc(this.#base), heap.inc(name));
    heap.dec(found);
    return !isScalar(found);
  }

  #binders(locals, isProp) {
    const heap = this.#heap;
    const last = new Map();
    const binders = locals.map((local, i) => {
      const name = heap.field(local, LOCAL.userName);
      last.set(this.#names.text(name), i);
      return {
        name: heap.text(heap.call("l_Lean_Name_toString", heap.raw("lean_erase_macro_scopes")(heap.inc(name)), box(1))),
        accessible: heap.byte(local, SCALAR.kind) === KIND.default && !this.#isHidden(name),
        prop: isProp(heap.field(local, LOCAL.type)),
        instance: heap.tag(local) === CDECL && heap.byte(local, SCALAR.info) === INSTANCE,
        let: this.#isLet(local),
      };
    });
    const visible = new Set(last.values());
    return binders.map((binder, i) => ({ ...binder, accessible: binder.accessible && visible.has(i) }));
  }

  /** Names that no source text can refer to. */
  #isHidden(name) {
    const heap = this.#heap;
    if (name === UNIT) return true;
    const scoped = heap.call("l_Lean_Name_hasMacroScopes", heap.inc(name)) === box(1);
    return scoped || heap.raw("lean_is_inaccessible_user_name")(heap.inc(name)) === 1;
  }
}
