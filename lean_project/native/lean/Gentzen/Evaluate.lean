import Lean
import Gentzen.Protocol
import Gentzen.Interrupt

/-!
Computing with the kernel: the value of a closed natural number.
-/

namespace Gentzen
open Lean

/-- What the kernel made of a term. -/
inductive Evaluation where
  | value (n : Nat)
  /-- The head constant of the normal form; anonymous when there is none. -/
  | stuck (head : Name)
  /-- The kernel gave up. -/
  | failed (message : String)

namespace Evaluation

/-- The value of the definition `name`, with its type and universe parameters. -/
structure Program where
  levels : List Name
  type : Expr
  value : Expr

/-- What `name` is defined to be, if it is a definition. -/
def program? (env : Environment) (name : Name) : Option Program :=
  match env.toKernelEnv.find? name with
  | some (.defnInfo v) => some { levels := v.levelParams, type := v.type, value := v.value }
  | some (.opaqueInfo v) => some { levels := v.levelParams, type := v.type, value := v.value }
  | _ => none

/-- A definition that the kernel can check only by computing `value`: it compares `P value` with `P x`, for a variable `x`. -/
private def question (program : Program) : Declaration :=
  let predicate := mkForall `x .default program.type (mkSort levelZero)
  let claim (predicate : Nat) (e : Expr) := mkApp (mkBVar predicate) e
  .defnDecl {
    name := `_gentzen_question, levelParams := program.levels, hints := .opaque, safety := .safe
    type := mkForall `P .default predicate <| mkForall `x .default program.type <|
      mkForall `h .default (claim 1 program.value) (claim 2 (mkBVar 1))
    value := mkLambda `P .default predicate <| mkLambda `x .default program.type <|
      mkLambda `h .default (claim 1 program.value) (mkBVar 0) }

/-- `Kernel.whnf` hears of no interrupt and counts nothing, but checking a declaration does: so the kernel first computes `program`
there. What it said when it gave up, else none: to compute the same again takes as long. -/
private def givesUp? (env : Environment) (program : Program) (maxHeartbeats : USize) (interrupt : Interrupt) : IO (Option String) := do
  match env.toKernelEnv.addDeclCore maxHeartbeats (question program) (some interrupt.token) with
  | .ok _ => return none
  | .error error =>
    match error with
    | .interrupted | .deterministicTimeout | .excessiveMemory | .deepRecursion =>
      return some (← (error.toMessageData {}).toString)
    | _ => return none

private def numeral? (e : Expr) : Option Nat :=
  match e with
  | .lit (.natVal n) => some n
  | .const ``Nat.zero _ => some 0
  | _ => none

private def predecessor? (e : Expr) : Option Expr :=
  match e with
  | .app (.const ``Nat.succ _) n => some n
  | _ => none

/-- Of a stuck recursor or projection the head of what it waits for is not looked up. -/
private partial def head (e : Expr) : Name :=
  match e with
  | .app f _ => head f
  | .mdata _ e | .proj _ _ e => head e
  | .const name _ => name
  | _ => .anonymous

private def heartbeat : Nat := 1000

/-- Evaluate `program` in `env`. `heartbeats?`: Lean's `maxHeartbeats` for this alone. When the interrupt was set, what comes back
means nothing. -/
def evaluate (env : Environment) (program : Program) (heartbeats? : Option Nat) (interrupt : Interrupt) : IO Evaluation := do
  -- This thread has spent some already.
  let start ← IO.getNumHeartbeats
  let bound := (heartbeats?.map fun n => min (start + heartbeat * n) (USize.size - 1)).getD 0
  let mut program := program
  let mut successors := 0
  -- The kernel computes below `Nat.succ` only where a literal comes out, so a tower of them is climbed down here.
  repeat
    if let some message ← givesUp? env program (USize.ofNat bound) interrupt then
      return .failed message
    match Kernel.whnf env {} program.value with
    | .error error => return .failed (← (error.toMessageData {}).toString)
    | .ok normal =>
      if let some n := numeral? normal then
        return .value (n + successors)
      let some below := predecessor? normal | return .stuck (head normal)
      if ← interrupt.token.isSet then
        break
      program := { program with value := below }
      successors := successors + 1
  return .stuck .anonymous

end Evaluation
end Gentzen
