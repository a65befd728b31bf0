import Lean
import Gentzen.Compat
import Gentzen.Protocol

/-!
The `sorry`s of a command: where they stand in the source (from the syntax tree), and what they stand for (from the information
trees that elaboration leaves behind).
-/

namespace Gentzen
open Lean Elab

/-- A `sorry` in the source text. Positions are bytes. -/
structure Hole where
  start : Nat
  stop : Nat
  line : Nat
  column : Nat
  isTactic : Bool
  declaration : Name := .anonymous
  goals : Array (String × Bool) := #[]

def Hole.json (hole : Hole) : Json :=
  Json.mkObj [
    ("start", toJson hole.start), ("end", toJson hole.stop), ("line", toJson hole.line), ("column", toJson hole.column),
    ("syntax", toJson (if hole.isTactic then "tactic" else "term")), ("decl", toJson (nameText hole.declaration)),
    ("goals", toJson (hole.goals.map fun (text, prop) => Json.mkObj [("text", toJson text), ("prop", toJson prop)]))]

private def isHole (stx : Syntax) : Bool :=
  stx.isOfKind ``Parser.Term.sorry || stx.isOfKind ``Parser.Tactic.tacticSorry

/-- First and last byte of the source that a syntax tree covers. -/
def sourceRange? (stx : Syntax) : Option (Nat × Nat) :=
  stx.getRange?.map fun range => (range.start.byteIdx, range.stop.byteIdx)

/-- The holes of a command, in order; nothing is known of their goals yet. -/
partial def findHoles (fileMap : FileMap) (stx : Syntax) (found : Array Hole := #[]) : Array Hole :=
  if isHole stx then
    match stx.getRange? with
    | some range =>
      let position := fileMap.toPosition range.start
      found.push {
        start := range.start.byteIdx, stop := range.stop.byteIdx, line := position.line, column := position.column,
        isTactic := stx.isOfKind ``Parser.Tactic.tacticSorry }
    | none => found
  else
    stx.getArgs.foldl (fun found child => findHoles fileMap child found) found

/-- Does the source of this command hold an `example`? -/
partial def hasExample (stx : Syntax) : Bool :=
  stx.isOfKind ``Parser.Command.example || stx.getArgs.any hasExample

/-- A goal pretty-printed, and whether it is a proposition. -/
private def describeGoal (goal : MVarId) : MetaM (String × Bool) :=
  goal.withContext do
    let text := (← Meta.ppGoal goal).pretty
    let prop ← Meta.isProp (← goal.getType)
    return (text, prop)

private def tacticGoals (ctx : ContextInfo) (info : TacticInfo) : IO (Array (String × Bool)) :=
  { ctx with mctx := info.mctxBefore }.runMetaM {} (info.goalsBefore.toArray.mapM describeGoal)

private def termGoal (ctx : ContextInfo) (info : TermInfo) : IO (Array (String × Bool)) := do
  let some type := info.expectedType? | return #[]
  ctx.runMetaM info.lctx do
    let goal ← Meta.mkFreshExprMVar (← instantiateMVars type)
    return #[← describeGoal goal.mvarId!]

/-- The goals that an information node reports for a `sorry`, if it is about one. -/
private def goalsAt (ctx : ContextInfo) (info : Info) : IO (Array (String × Bool)) := do
  try
    match info with
    | .ofTacticInfo info => tacticGoals ctx info
    | .ofTermInfo info => termGoal ctx info
    | _ => return #[]
  catch error =>
    return #[(s!"(Lean could not print this goal: {error})", false)]

private def Hole.isAt (hole : Hole) (info : Info) : Bool :=
  let stx := info.stx
  let sameKind := match info with
    | .ofTacticInfo _ => hole.isTactic && stx.isOfKind ``Parser.Tactic.tacticSorry
    | .ofTermInfo _ => !hole.isTactic && stx.isOfKind ``Parser.Term.sorry
    | _ => false
  sameKind && sourceRange? stx == some (hole.start, hole.stop)

/-- What a walk over the information trees of a command looks for. -/
structure Findings where
  holes : Array Hole
  /-- The environment in which the command's `example` stands; Lean goes back to the one before it. -/
  example? : Option Environment := none

private def note (goals : Bool) (ctx : ContextInfo) (info : Info) : StateRefT Findings IO Unit := do
  let holes := (← get).holes
  let some index := holes.findIdx? (·.isAt info) | return
  let fresh ← if goals then goalsAt ctx info else pure #[]
  modify fun findings => { findings with
    holes := findings.holes.modify index fun hole => { hole with
      declaration := ctx.parentDecl?.getD hole.declaration
      -- Elaborated twice (`<;>`, a postponed term), a hole reports the same goals again.
      goals := fresh.foldl (fun goals goal => if goals.contains goal then goals else goals.push goal) hole.goals } }

private def declaresExample (ctx : ContextInfo) : Bool :=
  let name := ctx.currNamespace ++ `_example
  ctx.env.contains name || ctx.env.contains (mkPrivateName ctx.env name)

private partial def walk (goals : Bool) (ctx? : Option ContextInfo) : InfoTree → StateRefT Findings IO Unit
  | .context part tree => do
    let ctx? := part.mergeIntoOuter? ctx?
    if let some ctx := ctx? then
      -- From the outside in: the first environment that has the example has all that it added.
      if (← get).example?.isNone && declaresExample ctx then
        modify ({ · with example? := some ctx.env })
    walk goals ctx? tree
  | .node info children => do
    if let some ctx := ctx? then
      note goals ctx info
    children.forM (walk goals (info.updateContext? ctx?))
  | .hole _ => return

/-- Fill in declarations and (with `goals`) the goals of `holes`; find the environment of an `example`. -/
def readInfoTrees (state : InfoState) (holes : Array Hole) (goals : Bool) : IO Findings := do
  let (_, findings) ← ((completeInfoTrees state).forM (walk goals none)).run { holes }
  return findings

end Gentzen
