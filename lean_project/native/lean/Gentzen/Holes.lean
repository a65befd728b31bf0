import Lean
import Gentzen.Compat
import Gentzen.Protocol
import Gentzen.Closed

/-!
The `sorry`s of a command: where they stand in the source (from the syntax tree), and what they stand for (from the information
trees that elaboration leaves behind).
-/

namespace Gentzen
open Lean Elab

/-- What a hole stands for. -/
structure Goal where
  text : String
  prop : Bool
  closed : ClosedForm

/-- A `sorry` in the source text. Positions are bytes. -/
structure Hole where
  start : Nat
  stop : Nat
  line : Nat
  column : Nat
  isTactic : Bool
  declaration : Name := .anonymous
  goals : Array Goal := #[]
  /-- The goals of a tactic hole that were met so far. -/
  met : List MVarId := []

private def Goal.json (goal : Goal) : Json :=
  Json.mkObj [
    ("text", toJson goal.text), ("prop", toJson goal.prop), ("closed", goal.closed.json), ("why", toJson goal.closed.why)]

def Hole.json (hole : Hole) : Json :=
  Json.mkObj [
    ("start", toJson hole.start), ("end", toJson hole.stop), ("line", toJson hole.line), ("column", toJson hole.column),
    ("syntax", toJson (if hole.isTactic then "tactic" else "term")), ("decl", toJson (nameText hole.declaration)),
    ("goals", toJson (hole.goals.map Goal.json))]

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

private def pageWidth : Nat := 100

private def describeGoal (known : Kernel.Environment) (goal : MVarId) : MetaM Goal :=
  goal.withContext do
    let target ← goal.getType
    return {
      text := (← Meta.ppGoal goal).pretty pageWidth, prop := ← Meta.isProp target, closed := ← closedForm known target }

private def describing (describe : IO Goal) : IO Goal := do
  try
    describe
  catch error =>
    return {
      text := s!"(Lean could not print this goal: {error})", prop := false, closed := .refused "Lean could not print it" }

/-- The open goals that a tactic found. A tactic that runs several times may find one of them again. -/
private def addTacticGoals (known : Kernel.Environment) (ctx : ContextInfo) (info : TacticInfo) (hole : Hole) : IO Hole := do
  let mut hole := hole
  for goal in info.goalsBefore do
    unless hole.met.contains goal do
      hole := { hole with met := goal :: hole.met }
      if (info.mctxBefore.findDecl? goal).isSome && (info.mctxBefore.getExprAssignmentCore? goal).isNone then
        let described ← describing ({ ctx with mctx := info.mctxBefore }.runMetaM {} (describeGoal known goal))
        hole := { hole with goals := hole.goals.push described }
  return hole

/-- The expected type of a term. It is no metavariable, so where Lean elaborates the term again, only its text can tell. -/
private def addTermGoal (known : Kernel.Environment) (ctx : ContextInfo) (info : TermInfo) (hole : Hole) : IO Hole := do
  let some type := info.expectedType? | return hole
  let goal ← describing <| ctx.runMetaM info.lctx do
    describeGoal known (← Meta.mkFreshExprMVar (← instantiateMVars type)).mvarId!
  return if hole.goals.any (·.text == goal.text) then hole else { hole with goals := hole.goals.push goal }

/-- The hole with the goals that an information node reports for it. -/
private def addGoals (known : Kernel.Environment) (ctx : ContextInfo) (info : Info) (hole : Hole) : IO Hole :=
  match info with
  | .ofTacticInfo info => addTacticGoals known ctx info hole
  | .ofTermInfo info => addTermGoal known ctx info hole
  | _ => return hole

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

private def note (known? : Option Kernel.Environment) (ctx : ContextInfo) (info : Info) : StateRefT Findings IO Unit := do
  let holes := (← get).holes
  let some index := holes.findIdx? (·.isAt info) | return
  let some hole := holes[index]? | return
  let hole := { hole with declaration := ctx.parentDecl?.getD hole.declaration }
  let hole ← match known? with
    | some known => addGoals known ctx info hole
    | none => pure hole
  modify fun findings => { findings with holes := findings.holes.modify index fun _ => hole }

private def declaresExample (ctx : ContextInfo) : Bool :=
  let name := ctx.currNamespace ++ `_example
  ctx.env.contains name || ctx.env.contains (mkPrivateName ctx.env name)

private partial def walk (known? : Option Kernel.Environment) (ctx? : Option ContextInfo) : InfoTree → StateRefT Findings IO Unit
  | .context part tree => do
    let ctx? := part.mergeIntoOuter? ctx?
    if let some ctx := ctx? then
      -- From the outside in: the first environment that has the example has all that it added.
      if (← get).example?.isNone && declaresExample ctx then
        modify ({ · with example? := some ctx.env })
    walk known? ctx? tree
  | .node info children => do
    if let some ctx := ctx? then
      note known? ctx info
    children.forM (walk known? (info.updateContext? ctx?))
  | .hole _ => return

/-- Fill in declarations and, where it is `known?` what they may mention, the goals of `holes`; find the environment of an
`example`. -/
def readInfoTrees (state : InfoState) (holes : Array Hole) (known? : Option Kernel.Environment) : IO Findings := do
  let (_, findings) ← ((completeInfoTrees state).forM (walk known? none)).run { holes }
  return findings

end Gentzen
