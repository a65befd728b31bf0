import Lean
import Gentzen.Elab

/-!
Writing constants as a term document (docs/protocol.md). Names, levels and terms are shared by structure; terms are walked with a
stack of our own, since they may be deeper than the thread's.
-/

namespace Gentzen
open Lean Elab

namespace Export

structure Tables where
  names : Array Json := #[.null]
  levels : Array Json := #[]
  exprs : Array Json := #[]
  constants : Array Json := #[]
  nameIndex : Std.HashMap Name Nat := ({} : Std.HashMap Name Nat).insert .anonymous 0
  levelIndex : Std.HashMap Level Nat := {}
  exprIndex : Std.HashMap ExprStructEq Nat := {}
  /-- Constants of the example at hand, under the names that the document gives them. -/
  renamed : NameMap Name := {}

abbrev ExportM := StateM Tables

private def row (tag : String) (fields : List Json) : Json :=
  .arr (toJson tag :: fields).toArray

partial def name (n : Name) : ExportM Nat := do
  if let some index := (← get).nameIndex[n]? then
    return index
  let entry ← match n with
    | .anonymous => pure .null
    | .str p s => pure (.arr #[toJson (← name p), toJson s])
    | .num p k => pure (.arr #[toJson (← name p), toJson k])
  modifyGet fun tables =>
    let index := tables.names.size
    (index, { tables with names := tables.names.push entry, nameIndex := tables.nameIndex.insert n index })

def constantName (n : Name) : ExportM Nat := do
  name (((← get).renamed.find? n).getD n)

partial def level (l : Level) : ExportM Nat := do
  if let some index := (← get).levelIndex[l]? then
    return index
  let entry ← match l with
    | .zero => pure (row "0" [])
    | .succ a => pure (row "s" [toJson (← level a)])
    | .max a b => pure (row "m" [toJson (← level a), toJson (← level b)])
    | .imax a b => pure (row "i" [toJson (← level a), toJson (← level b)])
    | .param n => pure (row "p" [toJson (← name n)])
    -- No constant of a sound environment has one; under this name the auditor's kernel refuses it.
    | .mvar _ => pure (row "p" [toJson (← name `_gentzen_level_metavariable)])
  modifyGet fun tables =>
    let index := tables.levels.size
    (index, { tables with levels := tables.levels.push entry, levelIndex := tables.levelIndex.insert l index })

private def children : Expr → Array Expr
  | .app f a => #[f, a]
  | .lam _ t b _ | .forallE _ t b _ => #[t, b]
  | .letE _ t v b _ => #[t, v, b]
  | .mdata _ e | .proj _ _ e => #[e]
  | _ => #[]

private def binderCode : BinderInfo → Nat
  | .default => 0
  | .implicit => 1
  | .strictImplicit => 2
  | .instImplicit => 3

/-- The index of a term whose children all have one. -/
private def addExpr (e : Expr) : ExportM Unit := do
  let indices := (← get).exprIndex
  let sub (child : Expr) : Json := toJson (indices[(⟨child⟩ : ExprStructEq)]?.getD 0)
  let push (entry : Json) : ExportM Unit := modify fun tables =>
    let index := tables.exprs.size
    { tables with exprs := tables.exprs.push entry, exprIndex := tables.exprIndex.insert ⟨e⟩ index }
  match e with
  | .bvar i => push (row "b" [toJson i])
  | .sort l => push (row "s" [toJson (← level l)])
  | .const n ls => push (row "c" [toJson (← constantName n), toJson (← ls.mapM level)])
  | .app f a => push (row "a" [sub f, sub a])
  | .lam n t b info => push (row "l" [toJson (← name n), sub t, sub b, toJson (binderCode info)])
  | .forallE n t b info => push (row "p" [toJson (← name n), sub t, sub b, toJson (binderCode info)])
  | .letE n t v b nondep => push (row "e" [toJson (← name n), sub t, sub v, sub b, toJson (if nondep then 1 else 0 : Nat)])
  | .lit (.natVal n) => push (row "n" [toJson (toString n)])
  | .lit (.strVal s) => push (row "t" [toJson s])
  | .proj n i b => push (row "j" [toJson (← constantName n), toJson i, sub b])
  | .mdata _ b => modify fun tables =>
    { tables with exprIndex := tables.exprIndex.insert ⟨e⟩ (tables.exprIndex[(⟨b⟩ : ExprStructEq)]?.getD 0) }
  -- As with level metavariables: nothing that the auditor's kernel accepts.
  | .fvar _ | .mvar _ => push (row "c" [toJson (← name `_gentzen_free_variable), toJson ([] : List Nat)])

def expr (root : Expr) : ExportM Nat := do
  let mut stack := #[root]
  repeat
    let some e := stack.back? | break
    let known := (← get).exprIndex
    if known.contains ⟨e⟩ then
      stack := stack.pop
    else
      let missing := (children e).filter (!known.contains ⟨·⟩)
      if missing.isEmpty then
        addExpr e
        stack := stack.pop
      else
        stack := stack ++ missing
  return (← get).exprIndex[(⟨root⟩ : ExprStructEq)]?.getD 0

private def safetyText : DefinitionSafety → String
  | .safe => "safe"
  | .unsafe => "unsafe"
  | .partial => "partial"

private def hintsJson : ReducibilityHints → Json
  | .opaque => toJson "opaque"
  | .abbrev => toJson "abbrev"
  | .regular height => toJson height.toNat

/-- The attributes that give a constant code that is not its value, or that run code. -/
private def attributes (env : Environment) (n : Name) : List String :=
  [("implemented_by", (Compiler.getImplementedBy? env n).isSome), ("extern", isExtern env n),
    ("csimp", Compiler.hasCSimpAttribute env n), ("init", isIOUnitInitFn env n || (getInitFnNameFor? env n).isSome)].filterMap
    fun (text, present) => if present then some text else none

private def names (ns : List Name) : ExportM Json :=
  return toJson (← ns.mapM name)

private def constantNames (ns : List Name) : ExportM Json :=
  return toJson (← ns.mapM constantName)

def constant (env : Environment) (info : ConstantInfo) : ExportM Unit := do
  let value (e : Expr) : ExportM (String × Json) := return ("value", toJson (← expr e))
  let all (ns : List Name) : ExportM (String × Json) := return ("all", ← constantNames ns)
  let isUnsafe (b : Bool) : String × Json := ("unsafe", toJson b)
  let (kind, own) ← match info with
    | .axiomInfo v => pure ("axiom", [isUnsafe v.isUnsafe])
    | .defnInfo v => pure ("def", [
        ← value v.value, ("safety", toJson (safetyText v.safety)), ("hints", hintsJson v.hints), ← all v.all])
    | .thmInfo v => pure ("theorem", [← value v.value, ← all v.all])
    | .opaqueInfo v => pure ("opaque", [← value v.value, ← all v.all, isUnsafe v.isUnsafe])
    | .quotInfo _ => pure ("quot", [])
    | .inductInfo v => pure ("inductive", [
        ← all v.all, ("ctors", ← constantNames v.ctors), ("params", toJson v.numParams), ("indices", toJson v.numIndices),
        ("nested", toJson v.numNested), ("recursive", toJson v.isRec), ("reflexive", toJson v.isReflexive), isUnsafe v.isUnsafe])
    | .ctorInfo v => pure ("ctor", [("induct", toJson (← constantName v.induct)), isUnsafe v.isUnsafe])
    | .recInfo v => pure ("rec", [← all v.all, isUnsafe v.isUnsafe])
  let attributes := attributes env info.name
  let entry := Json.mkObj <|
    [("kind", toJson kind), ("name", toJson (← constantName info.name)), ("levels", ← names info.levelParams),
      ("type", toJson (← expr info.type))] ++ own ++
    if attributes.isEmpty then [] else [("attributes", toJson attributes)]
  modify fun tables => { tables with constants := tables.constants.push entry }

/-- The constants of the `k`-th example, every one of them under `_gentzen_example.k`. -/
private def exampleConstants (k : Nat) (ex : Example) : ExportM Unit := do
  let added := addedConstants ex.before ex.after
  let pre := Name.num `_gentzen_example k
  let renamed : NameMap Name := added.foldl (init := {}) fun map info =>
    map.insert info.name (info.name.replacePrefix .anonymous pre)
  -- A term that was met before may mention a name that means something else here.
  modify ({ · with renamed, exprIndex := {} })
  added.forM (constant ex.after)
  modify ({ · with renamed := {}, exprIndex := {} })

end Export

open Export in
/-- The constants that the code of a snapshot added to its imports, and those of its examples. -/
def exportDocument (snapshot : Snapshot) : Json :=
  let env := snapshot.state.env
  let collect : ExportM Unit := do
    (env.constants.foldStage2 (fun found _ info => found.push info) #[]).forM (constant env)
    for h : k in [0:snapshot.examples.size] do
      exampleConstants k snapshot.examples[k]
  let (_, tables) := collect.run {}
  Json.mkObj [
    ("names", .arr tables.names), ("levels", .arr tables.levels), ("exprs", .arr tables.exprs), ("constants", .arr tables.constants)]

end Gentzen
