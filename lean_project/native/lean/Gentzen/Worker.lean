import Lean
import Gentzen.Export
import Gentzen.Replay

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

private def elabOp (worker : Worker) (request : Request) (interrupt : Interrupt) : Serve (List (String × Json)) := do
  let base ← worker.forElaboration (← request.get Nat "snapshot")
  let code ← request.get String "code"
  let keepAll ← request.getD Bool "keep" false
  let heartbeats ← request.getD Nat "heartbeats" 0
  let options : ElabOptions := {
    goals := ← request.getD Bool "goals" false
    heartbeats? := if heartbeats == 0 then none else some heartbeats }
  let commands ← IO.mkRef (#[] : Array Json)
  let emit (step : Step) : IO Unit := do
    let id? ← if keepAll then some <$> worker.keep step.snapshot else pure none
    commands.modify (·.push (Json.mkObj (step.fields ++ [("snapshot", toJson id?)])))
  let start ← IO.monoNanosNow
  let last? ← elabCode base code options interrupt emit
  let seconds := (((← IO.monoNanosNow) - start).toFloat / 1e9 : Float)
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
