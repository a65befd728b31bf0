import Lean
import Gentzen.Compat
import Gentzen.Terms
import Gentzen.Elab

/-!
Writing constants as a term document (docs/protocol.md): those that code added to its imports, or those that someone asks for.
-/

namespace Gentzen
open Lean Elab

namespace Export

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

/-- Add a constant to the document. `library`: as `lookup` wants it, without the proofs of theorems. -/
def constant (env : Environment) (info : ConstantInfo) (library : Bool := false) : ExportM Unit := do
  let value (e : Expr) : ExportM (String × Json) := return ("value", toJson (← expr e))
  let all (ns : List Name) : ExportM (String × Json) := return ("all", ← constantNames ns)
  let isUnsafe (b : Bool) : String × Json := ("unsafe", toJson b)
  let (kind, own) ← match info with
    | .axiomInfo v =>
      -- What a constant really is where the import has its type only.
      let kind := if library then (originalKind? env v.name).getD .axiom else .axiom
      pure (kindText kind, [isUnsafe v.isUnsafe])
    | .defnInfo v => pure ("def", [
        ← value v.value, ("safety", toJson (safetyText v.safety)), ("hints", hintsJson v.hints), ← all v.all])
    | .thmInfo v =>
      let proof ← if library then pure [] else pure [← value v.value]
      pure ("theorem", proof ++ [← all v.all])
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
  added.forM (constant ex.after ·)
  modify ({ · with renamed := {}, exprIndex := {} })

end Export

open Export in
/-- The constants that the code of a snapshot added to its imports, and those of its examples. -/
def exportDocument (snapshot : Snapshot) : Json :=
  let env := snapshot.state.env
  let collect : ExportM Unit := do
    (env.constants.foldStage2 (fun found _ info => found.push info) #[]).forM (constant env ·)
    for h : k in [0:snapshot.examples.size] do
      exampleConstants k snapshot.examples[k]
  (collect.run {}).2.document

open Export in
/-- The constants with these names (as printed) that a snapshot has, library ones too, and the names that it does not have. -/
def lookupDocument (snapshot : Snapshot) (names : Array String) : Json × Array String :=
  let env := snapshot.state.env
  let collect : ExportM (Array String) := do
    let mut missing := #[]
    for text in names do
      match findPrinted? env (nameOfText text) with
      | some info => constant env info (library := true)
      | none => missing := missing.push text
    return missing
  let (missing, tables) := collect.run {}
  (tables.document, missing)

end Gentzen
