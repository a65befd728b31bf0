/-!
What lets the embedded Lean *run* the native worker, and not only type-check it.

The embedded build does not ship what its compiler would need to know of many library functions, so it refuses to compile code that
calls them. The compiled functions themselves are all there. `declare n k` tells the compiler that `n` is a compiled function of `k`
arguments; the interpreter then finds it by its symbol. The names are in native_shims.json and belong to one build of Lean.
-/

open Lean in
private def arrows : Nat → Expr
  | 0 => .const ``NonScalar []
  | k + 1 => .forallE `x (.const ``NonScalar []) (arrows k) .default

open Lean in
private def constantly : Nat → Expr
  | 0 => .app (.const ``NonScalar.mk []) (.lit (.natVal 0))
  | k + 1 => .lam `x (.const ``NonScalar []) (constantly k) .default

open Lean in
private def declareCompiled (name : Name) (arity : Nat) : CoreM Unit := do
  addDecl (.opaqueDecl {
    name := name, levelParams := [], type := arrows arity, value := constantly arity, isUnsafe := false, all := [name] })
  IR.addExtern name { entries := [.adhoc `all] }

-- Written out: lifting from `CoreM` would itself need code that is missing.
open Lean in
def declare (name : Name) (arity : Nat) : Elab.Tactic.TacticM Unit :=
  fun _ _ _ _ _ _ context state => declareCompiled name arity context state

-- A definition that did not compile is quietly `noncomputable` here; compiling it again says why.
open Lean in
def recompile (name : Name) : Elab.Tactic.TacticM Unit :=
  fun _ _ _ _ _ _ context state => compileDecls #[name] true context state
