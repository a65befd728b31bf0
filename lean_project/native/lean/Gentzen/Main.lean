import Lean
import Gentzen.Worker

/-!
The worker program of the native runtime:

    lean --run Main.lean SYSROOT SEARCH_PATH [NAME=VALUE ...]

SYSROOT and SEARCH_PATH say where opened files find their imports (this program's own modules are not among them); the rest are
options of the project. The main thread reads requests, so that `cancel` and the end of the input are seen while one runs.
-/

open Lean Gentzen

namespace Gentzen

private structure Session where
  worker : Worker
  nonce : String
  output : IO.FS.Stream
  /-- The request that runs, and its interrupt. -/
  running : IO.Ref (Option (Nat × Interrupt))

private def Session.write (session : Session) (reply : Json) : IO Unit := do
  session.output.putStr s!"{session.nonce} {reply.compress}\n"
  session.output.flush

private def Session.hello (session : Session) : IO Unit := do
  let pid ← IO.Process.getPID
  session.write (ok 0 [
    ("lean_version", toJson versionString), ("lean_commit", toJson githash), ("runtime", toJson "native"),
    ("pid", toJson pid.toNat)])

private def Session.cancel (session : Session) (request : Json) : IO Unit := do
  if let some (id, interrupt) ← session.running.get then
    if (request.getObjValAs? Nat "target").toOption == some id then
      interrupt.set "cancelled"

private partial def Session.serve (session : Session) (input : IO.FS.Stream) (task? : Option (Task (Except IO.Error Unit))) :
    IO Unit := do
  let line ← input.getLine
  if line.isEmpty then
    exitNow 0
  let body := (Json.parse line).toOption.getD .null
  if (body.getObjValAs? String "op").toOption == some "cancel" then
    session.cancel body
    return ← session.serve input task?
  match Request.ofJson body with
  | .error message =>
    session.write (failed 0 (.request "line" message))
    session.serve input task?
  | .ok request =>
    -- One at a time: a request that comes early waits for the one before it.
    if let some task := task? then
      discard <| IO.wait task
    let interrupt ← Interrupt.new
    session.running.set (some (request.id, interrupt))
    let task ← IO.asTask (prio := .dedicated) do
      let reply ← session.worker.answer request interrupt
      session.running.set none
      session.write reply
    session.serve input (some task)

/-- Options on the command line may be meant for modules that a file does not import: they count where they are known. -/
private def parseOptions (arguments : List String) : Options :=
  arguments.foldl (init := {}) fun options argument =>
    match argument.splitOn "=" with
    | name :: value =>
      let name := if name.startsWith "weak." then name else "weak." ++ name
      setUnparsedOption options name.toName ("=".intercalate value)
    | [] => options

end Gentzen

unsafe def main (arguments : List String) : IO Unit := do
  let sysroot :: searchPath :: options := arguments
    | throw <| IO.userError "usage: Main.lean SYSROOT SEARCH_PATH [NAME=VALUE ...]"
  searchPathRef.set (System.SearchPath.parse searchPath ++ [System.FilePath.mk sysroot / "lib" / "lean"])
  let input ← IO.getStdin
  let greeting ← input.getLine
  let .ok nonce := (Json.parse greeting).bind (·.getObjValAs? String "hello")
    | throw <| IO.userError "the first line must be {\"hello\": NONCE}"
  let session : Session := {
    worker := ← Worker.new enableInitializersExecution (parseOptions options), nonce
    output := ← IO.getStdout, running := ← IO.mkRef none }
  session.hello
  session.serve input none
