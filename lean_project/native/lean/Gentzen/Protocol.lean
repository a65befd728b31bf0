import Lean

/-!
The wire protocol (docs/protocol.md): one JSON object a line, replies behind the nonce of the session.
-/

namespace Gentzen
open Lean

/-- Why a request has no answer. "Lean said no" is not among them: that is messages in an answer. -/
inductive Failure where
  /-- The request itself is wrong; `what` is the field or the operation. -/
  | request (what message : String)
  /-- A limit was reached: `seconds` or `cancelled`. -/
  | limit (what : String)
  /-- This process is not to be trusted any more. -/
  | machinery (message : String)

/-- What serves a request: it may fail, and an `IO` error in it counts as `Failure.machinery`. -/
abbrev Serve := ExceptT Failure IO

/-- A request, parsed as far as every request is alike. -/
structure Request where
  id : Nat
  op : String
  body : Json

def Request.ofJson (body : Json) : Except String Request := do
  return { id := ← body.getObjValAs? Nat "id", op := ← body.getObjValAs? String "op", body }

/-- The field `name`, which must be there. -/
def Request.get (request : Request) (α : Type) [FromJson α] (name : String) : Serve α :=
  match request.body.getObjValAs? α name with
  | .ok value => pure value
  | .error message => throw (.request name s!"{name}: {message}")

/-- The field `name`, or `default` where it is missing or null. -/
def Request.getD (request : Request) (α : Type) [FromJson α] (name : String) (default : α) : Serve α :=
  match request.body.getObjVal? name with
  | .error _ | .ok .null => pure default
  | .ok _ => request.get α name

def ok (id : Nat) (fields : List (String × Json)) : Json :=
  Json.mkObj ([("id", toJson id), ("ok", toJson true)] ++ fields)

def failed (id : Nat) (failure : Failure) : Json :=
  let (kind, what, message) := match failure with
    | .request what message => ("request", what, message)
    | .limit what => ("limit", what, "interrupted")
    | .machinery message => ("machinery", "exception", message)
  let error := Json.mkObj [("kind", toJson kind), ("what", toJson what), ("message", toJson message)]
  Json.mkObj [("id", toJson id), ("ok", toJson false), ("error", error)]

private def severityText : MessageSeverity → String
  | .information => "information"
  | .warning => "warning"
  | .error => "error"

/-- A name as the protocol writes it: "" for the anonymous one. -/
def nameText (name : Name) : String :=
  if name.isAnonymous then "" else toString name

/-- The name that a text stands for, as Lean prints names; parts between « and » are taken as they stand. -/
partial def nameOfText (text : String) : Name :=
  read text.toList .anonymous
where
  joined (characters : List Char) : String := characters.foldl String.push ""
  number (digits : List Char) : Nat := digits.foldl (fun n digit => 10 * n + (digit.toNat - '0'.toNat)) 0
  read (characters : List Char) (pre : Name) : Name :=
    match characters with
    | [] => pre
    | '.' :: rest => read rest pre
    | '«' :: rest => read ((rest.dropWhile (· != '»')).drop 1) (.str pre (joined (rest.takeWhile (· != '»'))))
    | first :: rest =>
      let part := first :: rest.takeWhile (· != '.')
      read (rest.dropWhile (· != '.')) (if part.all Char.isDigit then .num pre (number part) else .str pre (joined part))

/-- The constant that Lean prints under this name: it does not print that a name is private. -/
def findPrinted? (env : Environment) (name : Name) : Option ConstantInfo :=
  let kernel := env.toKernelEnv
  kernel.find? name <|> kernel.find? (mkPrivateName env name)

/-- A constant's kind as the protocol writes it. -/
def kindText : ConstantKind → String
  | .axiom => "axiom"
  | .defn => "def"
  | .thm => "theorem"
  | .opaque => "opaque"
  | .quot => "quot"
  | .induct => "inductive"
  | .ctor => "ctor"
  | .recursor => "rec"

def messageJson (message : Message) : IO Json := do
  let text ← message.data.toString
  return Json.mkObj [
    ("severity", toJson (severityText message.severity)),
    ("text", toJson text),
    ("line", toJson message.pos.line),
    ("column", toJson message.pos.column),
    ("end_line", toJson (message.endPos.map (·.line))),
    ("end_column", toJson (message.endPos.map (·.column))),
    ("kind", toJson (nameText message.kind))]

/-- The messages of a log in order, without those that Lean's own command line does not show either. -/
def messagesJson (log : MessageLog) : IO (Array Json) :=
  (log.toArray.filter (!·.isSilent)).mapM messageJson

/-- An error of ours about the code as a whole, in the form of a message of Lean's. -/
def errorMessageJson (text : String) : Json :=
  Json.mkObj [
    ("severity", toJson "error"), ("text", toJson text), ("line", toJson (1 : Nat)), ("column", toJson (0 : Nat)),
    ("end_line", .null), ("end_column", .null), ("kind", toJson "")]

end Gentzen
