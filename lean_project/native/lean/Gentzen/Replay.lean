import Lean
import Gentzen.Protocol
import Gentzen.Interrupt
import Gentzen.Axioms

/-!
The kernel's answer to a term document: rebuild every constant with Lean's own constructors and hand it to the kernel, in dependency
order, on top of an imported environment. Nothing in the document is believed.
-/

namespace Gentzen
open Lean

namespace Replay

/-- The document, or one of its constants, is refused. -/
structure Refused where
  constant : Name := .anonymous
  message : String

abbrev ReplayM := Except Refused

private def malformed {α : Type} (what : String) : ReplayM α :=
  throw { message := s!"malformed document: {what}" }

structure Terms where
  names : Array Name := #[.anonymous]
  levels : Array Level := #[]
  exprs : Array Expr := #[]

private def natural (json : Json) : ReplayM Nat :=
  match json.getNat? with
  | .ok n => pure n
  | .error _ => malformed s!"{json.compress} is no natural number"

private def text (json : Json) : ReplayM String :=
  match json with
  | .str s => pure s
  | _ => malformed "a string was expected"

private def array (json : Json) : ReplayM (Array Json) :=
  match json with
  | .arr entries => pure entries
  | _ => malformed "an array was expected"

private def field (json : Json) (name : String) : ReplayM Json :=
  match json.getObjVal? name with
  | .ok value => pure value
  | .error _ => malformed s!"no field {name}"

private def lookup {α : Type} (table : Array α) (index : Json) : ReplayM α := do
  let i ← natural index
  match table[i]? with
  | some entry => pure entry
  | none => malformed s!"index {i} is out of range"

private def lookupAll {α : Type} (table : Array α) (indices : Json) : ReplayM (List α) := do
  (← array indices).toList.mapM (lookup table)

/-- Above it `Expr.bvar` cannot store its own range. -/
private def maxBoundVariable : Nat := 1000000

private def binderInfo (json : Json) : ReplayM BinderInfo := do
  match ← natural json with
  | 0 => pure .default
  | 1 => pure .implicit
  | 2 => pure .strictImplicit
  | 3 => pure .instImplicit
  | _ => malformed "binder information"

private def readName (names : Array Name) (json : Json) : ReplayM Name := do
  match json with
  | .arr #[pre, .str s] => return .str (← lookup names pre) s
  | .arr #[pre, k] => return .num (← lookup names pre) (← natural k)
  | _ => malformed "a name"

private def readLevel (terms : Terms) (json : Json) : ReplayM Level := do
  match json with
  | .arr #[.str "0"] => return .zero
  | .arr #[.str "s", a] => return mkLevelSucc (← lookup terms.levels a)
  | .arr #[.str "m", a, b] => return mkLevelMax (← lookup terms.levels a) (← lookup terms.levels b)
  | .arr #[.str "i", a, b] => return mkLevelIMax (← lookup terms.levels a) (← lookup terms.levels b)
  | .arr #[.str "p", n] => return mkLevelParam (← lookup terms.names n)
  | _ => malformed "a level"

private def readExpr (terms : Terms) (json : Json) : ReplayM Expr := do
  let sub (index : Json) : ReplayM Expr := lookup terms.exprs index
  let name (index : Json) : ReplayM Name := lookup terms.names index
  match json with
  | .arr #[.str "b", i] =>
    let i ← natural i
    if i > maxBoundVariable then malformed "a bound variable" else return mkBVar i
  | .arr #[.str "s", l] => return mkSort (← lookup terms.levels l)
  | .arr #[.str "c", n, ls] => return mkConst (← name n) (← lookupAll terms.levels ls)
  | .arr #[.str "a", f, a] => return mkApp (← sub f) (← sub a)
  | .arr #[.str "l", n, t, b, info] => return mkLambda (← name n) (← binderInfo info) (← sub t) (← sub b)
  | .arr #[.str "p", n, t, b, info] => return mkForall (← name n) (← binderInfo info) (← sub t) (← sub b)
  | .arr #[.str "e", n, t, v, b, nondep] => return .letE (← name n) (← sub t) (← sub v) (← sub b) ((← natural nondep) == 1)
  | .arr #[.str "n", n] =>
    match (← text n).toNat? with
    | some n => return mkRawNatLit n
    | none => malformed "a numeral"
  | .arr #[.str "t", s] => return mkStrLit (← text s)
  | .arr #[.str "j", n, i, b] => return mkProj (← name n) (← natural i) (← sub b)
  | _ => malformed "a term"

private def readTerms (document : Json) : ReplayM Terms := do
  let mut terms : Terms := {}
  let names : Array Json ← array (← field document "names")
  let some Json.null := names[0]? | malformed "name 0 must be anonymous"
  for json in names[1:] do
    terms := { terms with names := terms.names.push (← readName terms.names json) }
  for json in ← array (← field document "levels") do
    terms := { terms with levels := terms.levels.push (← readLevel terms json) }
  for json in ← array (← field document "exprs") do
    terms := { terms with exprs := terms.exprs.push (← readExpr terms json) }
  return terms

/-- A constant as the document claims it. -/
structure Claim where
  kind : String
  name : Name
  levels : List Name
  type : Expr
  body : Json

private def Claim.flag (claim : Claim) (name : String) : Bool :=
  claim.body.getObjValAs? Bool name |>.toOption |>.getD false

/-- Unsafe and partial constants are never handed to the kernel; what needs them fails there. -/
def Claim.isUnsafe (claim : Claim) : ReplayM Bool := do
  if claim.kind == "def" then
    return (← text (← field claim.body "safety")) != "safe"
  return claim.flag "unsafe"

private def readClaim (terms : Terms) (json : Json) : ReplayM Claim := do
  return {
    kind := ← text (← field json "kind"), name := ← lookup terms.names (← field json "name"),
    levels := ← lookupAll terms.names (← field json "levels"), type := ← lookup terms.exprs (← field json "type"), body := json }

/-- What goes to the kernel at once: a definition, a theorem, or a whole inductive group. -/
structure Piece where
  name : Name
  declaration : Declaration
  /-- Names that come into being with it. -/
  members : List Name
  uses : Array Name

private def hints (json : Json) : ReplayM ReducibilityHints := do
  match json with
  | .str "opaque" => return .opaque
  | .str "abbrev" => return .abbrev
  | _ =>
    let height ← natural json
    if height < UInt32.size then return .regular height.toUInt32 else malformed "reducibility hints"

private def claimed (claims : NameMap Claim) (kind : String) (name : Name) : ReplayM Claim :=
  match claims.find? name with
  | some claim =>
    if claim.kind == kind then pure claim
    else throw { constant := name, message := s!"a constant of kind {kind} was expected" }
  | none => throw { constant := name, message := "is named as a part of a type, but not in the document" }

/-- The inductive group that `claim` begins. -/
private def inductivePiece (terms : Terms) (claims : NameMap Claim) (claim : Claim) : ReplayM Piece := do
  let all ← lookupAll terms.names (← field claim.body "all")
  let params ← natural (← field claim.body "params")
  let mut types : List InductiveType := []
  let mut members := all
  let mut used := #[]
  for name in all.reverse do
    let type ← claimed claims "inductive" name
    if (← type.isUnsafe) || type.levels != claim.levels || (← natural (← field type.body "params")) != params ||
        (← lookupAll terms.names (← field type.body "all")) != all then
      throw { constant := name, message := "disagrees with the other types of its group" }
    let ctors ← (← lookupAll terms.names (← field type.body "ctors")).mapM (claimed claims "ctor")
    types := { name, type := type.type, ctors := ctors.map fun ctor => { name := ctor.name, type := ctor.type } } :: types
    members := members ++ ctors.map (·.name)
    used := ctors.foldl (fun used ctor => used ++ ctor.type.getUsedConstants) (used ++ type.type.getUsedConstants)
  let group := members
  return {
    name := claim.name, declaration := .inductDecl claim.levels params types false, members
    uses := used.filter (!group.contains ·) }

private def piece? (terms : Terms) (claims : NameMap Claim) (claim : Claim) : ReplayM (Option Piece) := do
  let { name, type, .. } := claim
  let common : ConstantVal := { name, levelParams := claim.levels, type }
  let value : ReplayM Expr := do lookup terms.exprs (← field claim.body "value")
  let all : ReplayM (List Name) := do lookupAll terms.names (← field claim.body "all")
  let single (declaration : Declaration) (uses : Array Name) : ReplayM (Option Piece) :=
    return some { name, declaration, members := [name], uses := type.getUsedConstants ++ uses }
  if ← claim.isUnsafe then
    return none
  match claim.kind with
  | "axiom" => single (.axiomDecl { common with isUnsafe := false }) #[]
  | "def" =>
    let value ← value
    let hints ← hints (← field claim.body "hints")
    single (.defnDecl { common with value, hints, safety := .safe, all := ← all }) value.getUsedConstants
  | "theorem" =>
    let value ← value
    single (.thmDecl { common with value, all := ← all }) value.getUsedConstants
  | "opaque" =>
    let value ← value
    single (.opaqueDecl { common with value, isUnsafe := false, all := ← all }) value.getUsedConstants
  | "inductive" =>
    -- The group comes once, with its first type.
    if (← all).head? == some name then some <$> inductivePiece terms claims claim else return none
  | "ctor" | "rec" => return none
  | "quot" => throw { constant := name, message := "quotients cannot be declared again" }
  | kind => throw { constant := name, message := s!"malformed document: a constant of kind {kind}" }

/-- The pieces in an order in which each comes after what it uses (Kahn's algorithm). -/
private def inOrder (pieces : Array Piece) : ReplayM (Array Piece) := do
  let mut owner : NameMap Nat := {}
  for h : i in [0:pieces.size] do
    for member in pieces[i].members do
      owner := owner.insert member i
  let mut waiting := Array.replicate pieces.size 0
  let mut users : Array (List Nat) := Array.replicate pieces.size []
  for h : i in [0:pieces.size] do
    let mut seen : List Nat := []
    for used in pieces[i].uses do
      if let some j := owner.find? used then
        unless seen.contains j do
          seen := j :: seen
          waiting := waiting.modify i (· + 1)
          users := users.modify j (i :: ·)
  let mut ready := (Array.range pieces.size).filter fun i => waiting[i]! == 0
  let mut ordered := #[]
  repeat
    let some i := ready.back? | break
    ready := ready.pop
    if let some piece := pieces[i]? then
      ordered := ordered.push piece
    for user in users[i]! do
      waiting := waiting.modify user (· - 1)
      if waiting[user]! == 0 then
        ready := ready.push user
  for h : i in [0:pieces.size] do
    if waiting[i]! != 0 then
      throw { constant := pieces[i].name, message := "refers to itself, or stands in a circle of constants" }
  return ordered

/-- Constructors and recursors are the kernel's own work; the document must claim what the kernel made. -/
private def checkGenerated (env : Kernel.Environment) (claim : Claim) : ReplayM Unit := do
  if ← claim.isUnsafe then
    return
  let same := match claim.kind, env.find? claim.name with
    | "ctor", some (.ctorInfo v) => v.levelParams == claim.levels && v.type == claim.type
    | "rec", some (.recInfo v) => v.levelParams == claim.levels && v.type == claim.type
    | "inductive", some (.inductInfo v) => v.levelParams == claim.levels && v.type == claim.type
    | "ctor", _ | "rec", _ | "inductive", _ => false
    | _, _ => true
  unless same do
    throw { constant := claim.name, message := "differs from what the kernel made" }

/-- Library constants that the document mentions, each once. -/
private def libraryNames (env : Environment) (terms : Terms) (claims : NameMap Claim) : Array Name :=
  let mentioned := terms.exprs.foldl (init := ({} : NameSet)) fun found e =>
    match e with
    | .const n _ | .proj n _ _ => found.insert n
    | _ => found
  mentioned.toList.toArray.filter fun n => !claims.contains n && env.contains n

/-- What a document says: its terms, its constants by name and in order, and the pieces for the kernel, in dependency order. -/
def read (document : Json) : ReplayM (Terms × NameMap Claim × Array Claim × Array Piece) := do
  let terms ← readTerms document
  let all ← (← array (← field document "constants")).mapM (readClaim terms)
  let mut claims : NameMap Claim := {}
  for claim in all do
    if claims.contains claim.name then
      throw { constant := claim.name, message := "is in the document twice" }
    claims := claims.insert claim.name claim
  let pieces ← inOrder ((← all.mapM (piece? terms claims)).filterMap id)
  return (terms, claims, all, pieces)

/-- How the protocol says what was refused. -/
def Refused.json (refused : Refused) : Json :=
  Json.mkObj [("constant", toJson (nameText refused.constant)), ("message", toJson refused.message)]

end Replay

open Replay

/-- What the auditor answers: the fields of the reply, and the memo of the axioms found so far. -/
structure Verdict where
  fields : List (String × Json)
  memo : AxiomMemo

private def refusal (refused : Refused) (memo : AxiomMemo) : Verdict := {
  fields := [
    ("accepted", toJson false),
    ("error", refused.json),
    ("library", Json.mkObj [])]
  memo }

/-- Hand every constant of `document` to the kernel, on top of `imported`. None: interrupted. -/
def replay (imported : Environment) (document : Json) (memo : AxiomMemo) (interrupt : Interrupt) : IO (Option Verdict) := do
  let (terms, claims, all, pieces) ← match read document with
    | .ok parts => pure parts
    | .error refused => return some (refusal refused memo)
  let mut env := imported.toKernelEnv
  for piece in pieces do
    match env.addDeclCore 0 piece.declaration (some interrupt.token) with
    | .ok next => env := next
    | .error error =>
      if ← interrupt.token.isSet then
        return none
      let message ← (error.toMessageData {}).toString
      return some (refusal { constant := piece.name, message } memo)
    if ← interrupt.token.isSet then
      return none
  if let .error refused := all.forM (checkGenerated env) then
    return some (refusal refused memo)
  let mut memo := memo
  let mut library := []
  for name in libraryNames imported terms claims do
    let (axioms, next) := axiomsOf imported name memo
    memo := next
    let kind := ((originalKind? imported name).map kindText).getD "axiom"
    library := (toString name, Json.mkObj [
      ("kind", toJson kind),
      ("axioms", toJson (axioms.map toString)),
      ("noncomputable", toJson (isNoncomputable imported name))]) :: library
    if ← interrupt.token.isSet then
      return none
  return some { fields := [("accepted", toJson true), ("error", .null), ("library", Json.mkObj library)], memo }

end Gentzen
