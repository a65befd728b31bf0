import Lean
import Gentzen.Terms

/-!
The closed form of a goal: its target under a Π or `let` for each entry of its local context, as a term document
(docs/protocol.md, `elab`).
-/

namespace Gentzen
open Lean

/-- The closed form of a goal, or why there is none. -/
inductive ClosedForm where
  | closed (document : Json) (binders : Array Json)
  | refused (reason : String)

namespace ClosedForm

def json : ClosedForm → Json
  | .closed document binders => Json.mkObj [("document", document), ("binders", .arr binders)]
  | .refused _ => .null

def why : ClosedForm → String
  | .closed .. => ""
  | .refused reason => reason

end ClosedForm

namespace Closed

private def maxTerms : Nat := 200000

private def goalName : Name := `gentzen.goal

private def isAuxiliary (declaration : LocalDecl) : Bool :=
  match declaration.kind with
  | .auxDecl => true
  | _ => false

/-- The value of a `let`. Like Lean, we take the value of a `have` for forgotten. -/
private def letValue? : LocalDecl → Option Expr
  | .ldecl _ _ _ _ value false _ => some value
  | _ => none

/-- Without metadata, as documents are. -/
private partial def withoutMetadata (e : Expr) : Expr :=
  e.replace fun
    | .mdata _ e => some (withoutMetadata e)
    | _ => none

/-- The target generalized over the locals. Not `mkForallFVars`, which has its own mind about `let` and unused variables. -/
private def generalized (locals : Array LocalDecl) (target : Expr) : MetaM Expr := do
  let variables := locals.map fun declaration => Expr.fvar declaration.fvarId
  let abstracted (e : Expr) (n : Nat) : MetaM Expr := return (← instantiateMVars e).abstractRange n variables
  let mut body ← abstracted target locals.size
  let mut below := locals.size
  for declaration in locals.reverse do
    below := below - 1
    let type ← abstracted declaration.type below
    body ← match letValue? declaration with
      | some value => pure (Expr.letE declaration.userName type (← abstracted value below) body false)
      | none => pure (Expr.forallE declaration.userName type body declaration.binderInfo)
  return withoutMetadata body

private def whyOpen? (term : Expr) : Option String :=
  if term.hasExprMVar then some "a metavariable is left in it"
  else if term.hasLevelMVar then some "a universe metavariable is left in it"
  else if term.hasFVar then some "it mentions the declaration that is being elaborated"
  else none

/-- The document whose only constant is the goal, of this type, and the constants that it mentions; none: too large. -/
private def statement? (type : Expr) : Option (Json × Array Name) := Id.run do
  let collect : Export.ExportM (Option (Nat × Nat)) := do
    let name ← Export.name goalName
    return (← Export.exprWithin (some maxTerms) type).map (name, ·)
  let (some (name, index), tables) := collect.run {} | return none
  let parameters := tables.levels.filterMap fun
    | .arr #[.str "p", parameter] => some parameter
    | _ => none
  let goal := Json.mkObj [
    ("kind", toJson "axiom"), ("name", toJson name), ("levels", .arr parameters), ("type", toJson index), ("unsafe", toJson false)]
  let mentioned := (tables.mentioned.toArray.qsort (·.1 < ·.1)).map (·.2)
  return some ({ tables with constants := #[goal] }.document, mentioned)

/-- Why a goal that mentions this constant cannot stand for itself. -/
private def whyForeign? (known : Kernel.Environment) (name : Name) : Option String :=
  if name == ``sorryAx then some "it rests on what another hole stands for"
  else if (known.find? name).isNone then some s!"it mentions {name}, which was not there before this command"
  else none

/-- Names that no source text can refer to. -/
private def isHidden (name : Name) : Bool :=
  name.isAnonymous || name.hasMacroScopes || name.isInaccessibleUserName

private def binders (locals : Array LocalDecl) : MetaM (Array Json) := do
  let mut answer := #[]
  let mut later := locals.toList
  for declaration in locals do
    later := later.drop 1
    let name := declaration.userName
    let ordinary := match declaration.kind with
      | .default => true
      | _ => false
    let accessible := ordinary && !isHidden name && !later.any (·.userName == name)
    let isInstance := match declaration with
      | .cdecl _ _ _ _ .instImplicit _ => true
      | _ => false
    answer := answer.push <| Json.mkObj [
      ("name", toJson (toString name.eraseMacroScopes)), ("accessible", toJson accessible),
      ("prop", toJson (← Meta.isProp declaration.type)), ("instance", toJson isInstance),
      ("let", toJson (letValue? declaration).isSome)]
  return answer

end Closed

open Closed in
/-- The closed form of a goal with this target and the local context at hand. `known`: the constants that it may mention. -/
def closedForm (known : Kernel.Environment) (target : Expr) : MetaM ClosedForm := do
  let locals := (← getLCtx).foldl (init := #[]) fun locals declaration =>
    if isAuxiliary declaration then locals else locals.push declaration
  let type ← generalized locals target
  if let some reason := whyOpen? type then
    return .refused reason
  let some (document, mentioned) := statement? type | return .refused s!"it is larger than {maxTerms} terms"
  if let some reason := mentioned.findSome? (whyForeign? known) then
    return .refused reason
  return .closed document (← binders locals)

end Gentzen
