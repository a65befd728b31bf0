import Lean
import Gentzen.Compat
import Gentzen.Protocol
import Gentzen.Interrupt
import Gentzen.Holes

/-!
Reading headers, and elaborating commands on immutable snapshots. A snapshot is a command state of Lean's; keeping one costs a
pointer, going back to it nothing.
-/

namespace Gentzen
open Lean Elab

/-- An `example` that was elaborated: Lean forgets its constants, so both environments are kept. -/
structure Example where
  before : Environment
  after : Environment

structure Snapshot where
  state : Command.State
  /-- The examples of the code so far, in order. -/
  examples : Array Example := #[]
  /-- Imported for the kernel only, without attributes or syntax: nothing can be elaborated here. -/
  audit : Bool := false

/-- What `open` says about a header. -/
structure Header where
  snapshot? : Option Snapshot
  stop : Nat
  imports : Array Name
  messages : Array Json

private def fileName : String := "<input>"

/-- Positions count the bytes that the caller sent: line ends are not normalised here. -/
private def inputContext (code : String) : Parser.InputContext :=
  Parser.mkInputContext code fileName false

/-- A state for the next command: no messages or trees of the commands before. -/
private def cleared (state : Command.State) : Command.State :=
  { state with messages := {}, infoState := { enabled := true }, traceState := {}, snapshotTasks := #[] }

/-- Read the header of `code` and import what it names.

With `audit` the constants are imported and nothing else: no initialiser and no attribute of an imported module runs, and bodies are
loaded whether or not their module shows them. `options` are unparsed, as on Lean's command line. -/
def openHeader (code : String) (options : Options) (audit : Bool) : IO Header := do
  let input := inputContext code
  let (header, parserState, log) ← Parser.parseHeader input
  let imports := headerToImports header
  let answer : Header := {
    snapshot? := none, stop := parserState.pos.byteIdx, messages := ← messagesJson log,
    imports := imports.foldl (init := #[]) fun names i => if names.contains i.module then names else names.push i.module }
  if log.hasErrors then
    return answer
  try
    let (env, log) ←
      if audit then
        pure (← importModules imports {} (loadExts := false), log)
      else
        processHeader header options log input
    let answer := { answer with messages := ← messagesJson log }
    if log.hasErrors then
      return answer
    -- The options' types are known only now that the modules that declare them are there.
    let options ← if audit then pure {} else Language.Lean.reparseOptions options
    let state := Command.mkState (env.setMainModule `_stdin) {} options
    return { answer with snapshot? := some { state := cleared state, audit } }
  catch error =>
    return { answer with messages := answer.messages.push (errorMessageJson (toString error)) }

/-- `maxHeartbeats` of the innermost scope, in Lean's own unit. -/
private def heartbeatsOf (state : Command.State) : Nat :=
  maxHeartbeats.get state.scopes.head!.opts

private def setHeartbeats (amount : Nat) (scope : Command.Scope) : Command.Scope :=
  { scope with opts := maxHeartbeats.set scope.opts amount }

/-- Run one command under a bound of its own. The bound is taken out of the state again: a snapshot must not depend on the limits
of the request that made it. -/
private def withHeartbeats (bound? : Option Nat) (state : Command.State) (run : Command.State → IO Command.State) :
    IO Command.State := do
  let some bound := bound? | run state
  let own := heartbeatsOf state
  let scopes := match state.scopes with
    | [] => []
    | head :: rest => setHeartbeats bound head :: rest
  let after ← run { state with scopes }
  let restore (scope : Command.Scope) :=
    if maxHeartbeats.get scope.opts == bound then setHeartbeats own scope else scope
  return { after with scopes := after.scopes.map restore }

/-- Messages of parts that Lean elaborated by themselves. -/
private def taskMessages (state : Command.State) : MessageLog :=
  state.snapshotTasks.foldl (init := {}) fun log task =>
    task.get.getAll.foldl (init := log) fun log snapshot => log ++ snapshot.diagnostics.msgLog

private def runCommand (stx : Syntax) (input : Parser.InputContext) (interrupt : Interrupt) (state : Command.State) :
    IO Command.State := do
  let context : Command.Context := {
    fileName := input.fileName, fileMap := input.fileMap, cmdPos := stx.getPos?.getD 0, snap? := none,
    cancelTk? := some interrupt.token }
  let reference ← IO.mkRef state
  -- Our stdout carries the protocol: what the command prints is caught, and shown as Lean's own frontend shows it.
  let (output, _) ← IO.FS.withIsolatedStreams (m := BaseIO) do
    EIO.toBaseIO (Command.withLoggingExceptions (Command.elabCommandTopLevel stx) context reference)
  let after ← reference.get
  let mut log := after.messages ++ taskMessages after
  if !output.isEmpty then
    let position := input.fileMap.toPosition (stx.getPos?.getD 0)
    log := log.add { fileName, severity := .information, pos := position, data := output }
  return { after with messages := log }

/-- A command that was elaborated, as the protocol shows it, and the snapshot after it. -/
structure Step where
  messages : Array Json
  /-- All but the messages. -/
  fields : List (String × Json)
  snapshot : Snapshot

structure ElabOptions where
  goals : Bool
  /-- Lean's `maxHeartbeats`; none: the file's own. -/
  heartbeats? : Option Nat

/-- Constants in `after` that were not there `before`; both grew from the same import. -/
def addedConstants (before after : Environment) : Array ConstantInfo :=
  let known := before.constants.map₂
  after.constants.foldStage2 (fun added name info => if known.contains name then added else added.push info) #[]

private def declaredNames (before after : Environment) : Array Json :=
  (addedConstants before after).filterMap fun info =>
    let shown := (privateToUserName? info.name).getD info.name
    if shown.isInternalDetail then none else some (toJson (nameText info.name))

/-- Elaborate one parsed command, or none when it was interrupted. -/
private def step (snapshot : Snapshot) (stx : Syntax) (parseLog : MessageLog) (range : Nat × Nat) (input : Parser.InputContext)
    (options : ElabOptions) (interrupt : Interrupt) : IO (Option Step) := do
  let before := snapshot.state
  let after ← withHeartbeats options.heartbeats? before (runCommand stx input interrupt)
  if ← interrupt.token.isSet then
    return none
  let holes := findHoles input.fileMap stx
  let isExample := hasExample stx
  let findings ← if holes.isEmpty && !isExample then pure { holes } else do
    -- What a goal may mention: the command's own auxiliary definitions are not among it.
    let known? := if options.goals && !holes.isEmpty then some before.env.toKernelEnv else none
    readInfoTrees after.infoState holes known?
  let examples := if isExample then
      snapshot.examples.push { before := before.env, after := findings.example?.getD before.env }
    else snapshot.examples
  let messages := (← messagesJson parseLog) ++ (← messagesJson after.messages)
  let fields := [
    ("kind", toJson (nameText stx.getKind)), ("start", toJson range.1), ("end", toJson range.2),
    ("holes", toJson (findings.holes.map Hole.json)), ("decls", toJson (declaredNames before.env after.env))]
  return some { messages, fields, snapshot := { snapshot with state := cleared after, examples } }

/-- Where the first command begins. The command parser expects that the white space before it has been read, as the header's parser
does; what is wrong there (a comment that does not end) is for the command parser to report. -/
private def firstCommand (input : Parser.InputContext) : IO Parser.ModuleParserState := do
  let (header, parserState, log) ← Parser.parseHeader input
  return if (sourceRange? header).isNone && !log.hasErrors then parserState else {}

/-- Elaborate the commands of `code` one after the other, and give each to `emit`. The snapshot at the end, or none when the
interrupt was set first. -/
def elabCode (base : Snapshot) (code : String) (options : ElabOptions) (interrupt : Interrupt) (emit : Step → IO Unit) :
    IO (Option Snapshot) := do
  let input := inputContext code
  let mut snapshot := base
  let mut parserState ← firstCommand input
  repeat
    let scope := snapshot.state.scopes.head!
    let context : Parser.ParserModuleContext := {
      env := snapshot.state.env, options := scope.opts, currNamespace := scope.currNamespace, openDecls := scope.openDecls }
    let (stx, next, log) := Parser.parseCommand input context parserState {}
    let unparsed := (parserState.pos.byteIdx, next.pos.byteIdx)
    if stx.isOfKind ``Parser.Command.eoi then
      -- What is wrong at the very end belongs to no command.
      let messages ← messagesJson log
      if !messages.isEmpty then
        emit { snapshot, messages, fields := [
          ("kind", toJson (nameText stx.getKind)), ("start", toJson unparsed.1), ("end", toJson unparsed.1),
          ("holes", toJson (#[] : Array Json)), ("decls", toJson (#[] : Array Json))] }
      break
    let some done ← step snapshot stx log ((sourceRange? stx).getD unparsed) input options interrupt | return none
    emit done
    snapshot := done.snapshot
    parserState := next
    if Parser.isTerminalCommand stx then
      break
  return some snapshot

end Gentzen
