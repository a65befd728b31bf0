import Lean
import Gentzen.Protocol

/-!
The tables of a term document (docs/protocol.md). Names, levels and terms are shared by structure; terms are walked with a stack of
our own, since they may be deeper than the thread's.
-/

namespace Gentzen
open Lean

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
  /-- The constants in the terms, by the index of their name. -/
  mentioned : Std.HashMap Nat Name := {}

abbrev ExportM := StateM Tables

def row (tag : String) (fields : List Json) : Json :=
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

/-- The index of a constant's name in a term. -/
private def mention (n : Name) : ExportM Nat := do
  let index ← constantName n
  modify fun tables => { tables with mentioned := tables.mentioned.insert index n }
  return index

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
  | .const n ls => push (row "c" [toJson (← mention n), toJson (← ls.mapM level)])
  | .app f a => push (row "a" [sub f, sub a])
  | .lam n t b info => push (row "l" [toJson (← name n), sub t, sub b, toJson (binderCode info)])
  | .forallE n t b info => push (row "p" [toJson (← name n), sub t, sub b, toJson (binderCode info)])
  | .letE n t v b nondep => push (row "e" [toJson (← name n), sub t, sub v, sub b, toJson (if nondep then 1 else 0 : Nat)])
  | .lit (.natVal n) => push (row "n" [toJson (toString n)])
  | .lit (.strVal s) => push (row "t" [toJson s])
  | .proj n i b => push (row "j" [toJson (← mention n), toJson i, sub b])
  | .mdata _ b => modify fun tables =>
    { tables with exprIndex := tables.exprIndex.insert ⟨e⟩ (tables.exprIndex[(⟨b⟩ : ExprStructEq)]?.getD 0) }
  -- As with level metavariables: nothing that the auditor's kernel accepts.
  | .fvar _ | .mvar _ => push (row "c" [toJson (← name `_gentzen_free_variable), toJson ([] : List Nat)])

/-- The index of a term, or none where the table would become larger than `limit`. -/
def exprWithin (limit? : Option Nat) (root : Expr) : ExportM (Option Nat) := do
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
        if let some limit := limit? then
          if (← get).exprs.size > limit then
            return none
      else
        stack := stack ++ missing
  return (← get).exprIndex[(⟨root⟩ : ExprStructEq)]?

def expr (root : Expr) : ExportM Nat :=
  return (← exprWithin none root).getD 0

def Tables.document (tables : Tables) : Json :=
  Json.mkObj [
    ("names", .arr tables.names), ("levels", .arr tables.levels), ("exprs", .arr tables.exprs), ("constants", .arr tables.constants)]

end Export
end Gentzen
