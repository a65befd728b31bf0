import Lean
import Gentzen.Export
import Gentzen.Replay
import Gentzen.Define
import Gentzen.Evaluate
import Gentzen.Theorems

/-!
One worker: its snapshots, and what it does for each request (docs/protocol.md).
-/

namespace Gentzen
open Lean

structure Worker where
  /-- Let the initialisers of imported modules run, as elaborating with them needs; an auditor never calls it. -/
  enableInitializers : IO Unit
  /-- Options of the project's Lake configuration, unparsed. -/
  options : Options
  snapshots : IO.Ref (Std.HashMap Nat Snapshot)
  nextSnapshot : IO.Ref Nat
  requests : IO.Ref Nat
  /-- What the auditor found out about its library; it depends on the snapshot that was opened. -/
  memos : IO.Ref (Std.HashMap Nat AxiomMemo)

namespace Worker

def new (enableInitializers : IO Unit) (options : Options) : IO Worker :=
  return {
    enableInitializers, options
    snapshots := ← IO.mkRef {}, nextSnapshot := ← IO.mkRef 1, requests := ← IO.mkRef 0, memos := ← IO.mkRef {} }

private def keep (worker : Worker) (snapshot : Snapshot) : IO Nat := do
  let id ← worker.nextSnapshot.modifyGet fun id => (id, id + 1)
  worker.snapshots.modify (·.insert id snapshot)
  return id

private def find (worker : Worker) (id : Nat) : Serve Snapshot := do
  let some snapshot := (← worker.snapshots.get)[id]? | throw (.request "snapshot" s!"unknown snapshot {id}")
  return snapshot

private def forElaboration (worker : Worker) (id : Nat) : Serve Snapshot := do
  let snapshot ← worker.find id
  if snapshot.audit then
    throw (.request "snapshot" s!"snapshot {id} was opened for auditing")
  return snapshot

private def why (interrupt : Interrupt) : IO String :=
  return (← interrupt.reason.get).getD "cancelled"

private def openOp (worker : Worker) (request : Request) : Serve (List (String × Json)) := do
  let code ← request.get String "code"
  let audit ← request.getD Bool "audit" false
  unless audit do
    worker.enableInitializers
  let header ← openHeader code worker.options audit
  let snapshot ← header.snapshot?.mapM (worker.keep ·)
  return [
    ("snapshot", toJson snapshot), ("header_end", toJson header.stop), ("imports", toJson (header.imports.map nameText)),
    ("messages", .arr header.messages)]

/-- A bound of Lean's `maxHeartbeats`; 0 in a request leaves the file's own. -/
private def heartbeats? (request : Request) : Serve (Option Nat) := do
  let heartbeats ← request.getD Nat "heartbeats" 0
  return if heartbeats == 0 then none else some heartbeats

private def secondsSince (start : Nat) : IO Float :=
  return ((← IO.monoNanosNow) - start).toFloat / 1e9

private def elabOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let base ← worker.forElaboration (← request.get Nat "snapshot")
  let code ← request.get String "code"
  let keepAll ← request.getD Bool "keep" false
  let options : ElabOptions := { goals := ← request.getD Bool "goals" false, heartbeats? := ← heartbeats? request }
  let commands ← IO.mkRef (#[] : Array Json)
  let emit (step : Step) : IO Unit := do
    let id? ← if keepAll then some <$> worker.keep step.snapshot else pure none
    commands.modify (·.push (Json.mkObj (step.fields ++ [("messages", .arr step.messages), ("snapshot", toJson id?)])))
  let start ← IO.monoNanosNow
  let last? ← elabCode base code options interrupt emit
  let seconds ← secondsSince start
  let timedOut? ← match last? with
    | some _ => pure none
    | none => some <$> why interrupt
  if timedOut? == some "cancelled" then
    throw (.limit "cancelled")
  let last ← last?.mapM (worker.keep ·)
  return [
    ("commands", .arr (← commands.get)), ("snapshot", toJson last), ("lean_seconds", toJson seconds),
    ("timed_out", toJson timedOut?)]

private def exportOp (worker : Worker) (request : Request) : Serve (List (String × Json)) := do
  let snapshot ← worker.forElaboration (← request.get Nat "snapshot")
  return [("document", exportDocument snapshot)]

private def defineOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let base ← worker.forElaboration (← request.get Nat "snapshot")
  let options := (base.state.scopes.head?.map (·.opts)).getD {}
  let some defined ← define base.state.env options (← request.get Json "document") interrupt | throw (.limit (← why interrupt))
  match defined with
  | .ok env =>
    let id ← worker.keep { base with state := { base.state with env } }
    return [("snapshot", toJson id), ("accepted", toJson true), ("error", .null)]
  | .error refused => return [("snapshot", .null), ("accepted", toJson false), ("error", refused.json)]

private def isError (message : Json) : Bool :=
  (message.getObjValAs? String "severity").toOption == some "error"

private def evalOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let base ← worker.forElaboration (← request.get Nat "snapshot")
  let code ← request.get String "code"
  let name ← request.get String "name"
  let heartbeats? ← heartbeats? request
  let messages ← IO.mkRef (#[] : Array Json)
  let start ← IO.monoNanosNow
  let answer (value? : Option Nat) (stuck : Name) (messages : Array Json) (timedOut? : Option String) :
      Serve (List (String × Json)) :=
    return [
      ("value", toJson (value?.map toString)), ("stuck", toJson (nameText stuck)), ("messages", .arr messages),
      ("lean_seconds", toJson (← secondsSince start)), ("timed_out", toJson timedOut?)]
  let stopped : Serve (List (String × Json)) := do
    let reason ← why interrupt
    if reason == "cancelled" then
      throw (.limit reason)
    answer none .anonymous #[] (some reason)
  let emit (step : Step) : IO Unit := messages.modify (· ++ step.messages)
  let some last ← elabCode base code { goals := false, heartbeats? } interrupt emit | stopped
  let messages ← messages.get
  if messages.any isError then
    return ← answer none .anonymous messages none
  let some program := Evaluation.program? last.state.env (nameOfText name)
    | throw (.request "name" s!"the code declares no definition {name}")
  let evaluation ← Evaluation.evaluate last.state.env program heartbeats? interrupt
  if ← interrupt.token.isSet then
    return ← stopped
  match evaluation with
  | .value n => answer (some n) .anonymous messages none
  | .stuck head => answer none head messages none
  | .failed message => answer none .anonymous (messages.push (errorMessageJson message)) none

private def lookupOp (worker : Worker) (request : Request) : Serve (List (String × Json)) := do
  let snapshot ← worker.forElaboration (← request.get Nat "snapshot")
  let names := (← request.get (Array String) "names").foldl (init := #[]) fun names name =>
    if names.contains name then names else names.push name
  let (document, missing) := lookupDocument snapshot names
  return [("document", document), ("missing", toJson missing)]

private def theoremsOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let snapshot ← worker.forElaboration (← request.get Nat "snapshot")
  let start ← request.get Nat "from"
  let most ← request.get Nat "most"
  let some page ← libraryTheorems snapshot.state.env start most interrupt | throw (.limit (← why interrupt))
  return page.fields

private def replayOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let id ← request.get Nat "snapshot"
  let snapshot ← worker.find id
  let memo := (← worker.memos.get).getD id {}
  let some verdict ← replay snapshot.state.env (← request.get Json "document") memo interrupt
    | throw (.limit (← why interrupt))
  worker.memos.modify (·.insert id verdict.memo)
  return verdict.fields

private def releaseOp (worker : Worker) (request : Request) : Serve (List (String × Json)) := do
  for id in ← request.get (Array Nat) "snapshots" do
    worker.snapshots.modify (·.erase id)
    worker.memos.modify (·.erase id)
  return []

/-- A line `Name:   123 kB` of this process's status file, in bytes; 0 where the system has no such file. -/
private def statusBytes (lines : List String) (name : String) : Nat :=
  match lines.find? (·.startsWith (name ++ ":")) with
  | some line => (line.toList.filter Char.isDigit).foldl (fun n digit => 10 * n + (digit.toNat - '0'.toNat)) 0 * 1024
  | none => 0

private def statusLines : IO (List String) := do
  try
    return (← IO.FS.readFile "/proc/self/status").splitOn "\n"
  catch _ =>
    return []

private def statsOp (worker : Worker) : Serve (List (String × Json)) := do
  let lines ← statusLines
  return [
    ("rss", toJson (statusBytes lines "VmRSS")), ("heap", toJson (statusBytes lines "RssAnon")),
    ("snapshots", toJson (← worker.snapshots.get).size), ("requests", toJson (← worker.requests.get))]

private def dispatch (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) :=
  match request.op with
  | "open" => worker.openOp request
  | "elab" => worker.elabOp request interrupt
  | "export" => worker.exportOp request
  | "define" => worker.defineOp request interrupt
  | "eval" => worker.evalOp request interrupt
  | "lookup" => worker.lookupOp request
  | "theorems" => worker.theoremsOp request interrupt
  | "replay" => worker.replayOp request interrupt
  | "release" => worker.releaseOp request
  | "stats" => worker.statsOp
  | op => throw (.request "op" s!"unknown operation {op}")

/-- The reply to a request. Never throws. -/
def answer (worker : Worker) (request : Request) (interrupt : Interrupt) : IO Json := do
  worker.requests.modify (· + 1)
  try
    let seconds := match request.body.getObjValAs? Float "seconds" with
      | .ok seconds => seconds
      | .error _ => 0
    match ← interrupt.withDeadline seconds (worker.dispatch request interrupt).run with
    | .ok fields => return ok request.id fields
    | .error failure => return failed request.id failure
  catch error =>
    return failed request.id (.machinery (toString error))

end Worker
end Gentzen
