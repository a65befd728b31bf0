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
  match findPrinted? env name with
  | some (.defnInfo v) => some { levels := v.levelParams, type := v.type, value := v.value }
  | some (.opaqueInfo v) => some { levels := v.levelParams, type := v.type, value := v.value }
  | _ => none

/-- A proof that the kernel can check only by computing `value`, a natural number: `fun A h => h` of
`∀ A : Prop, A → Nat.rec A (fun _ _ => A) value`. -/
private def question (program : Program) : Declaration :=
  let nat := mkConst ``Nat
  let prop := mkSort levelZero
  let computed (A : Nat) := mkApp4 (mkConst ``Nat.rec [levelOne]) (mkLambda `n .default nat prop) (mkBVar A)
    (mkLambda `n .default nat <| mkLambda `B .default prop <| mkBVar (A + 2)) program.value
  .defnDecl {
    name := `_gentzen_question, levelParams := program.levels, hints := .opaque, safety := .safe
    type := mkForall `A .default prop <| mkForall `h .default (mkBVar 0) (computed 1)
    value := mkLambda `A .default prop <| mkLambda `h .default (mkBVar 0) (mkBVar 0) }

/-- What the kernel says when it gives up on computing a natural number, if it does.

`Kernel.whnf` hears of no interrupt and counts nothing, but the checking of a declaration does; so the number is computed there
first. To compute it again takes as long as that did. -/
private def givesUp? (env : Environment) (program : Program) (maxHeartbeats : USize) (interrupt : Interrupt) : IO (Option String) := do
  match env.toKernelEnv.addDeclCore maxHeartbeats (question program) (some interrupt.token) with
  | .ok _ => return none
  | .error error =>
    match error with
    | .interrupted | .deterministicTimeout | .excessiveMemory | .deepRecursion =>
      return some (← (error.toMessageData {}).toString)
    | _ => return none

private def isNat (env : Environment) (type : Expr) : Bool :=
  match Kernel.whnf env {} type with
  | .ok type => type.isConstOf ``Nat
  | .error _ => false

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
means nothing. Only computations of natural numbers can be stopped; others are for the caller's own deadline. -/
def evaluate (env : Environment) (program : Program) (heartbeats? : Option Nat) (interrupt : Interrupt) : IO Evaluation := do
  -- The kernel's own counter, which began with this thread, that is, with this request.
  let bound := (heartbeats?.map fun n => min (heartbeat * n) (USize.size - 1)).getD 0
  let stoppable := isNat env program.type
  let mut program := program
  let mut successors := 0
  -- The kernel computes below `Nat.succ` only where a literal comes out, so a tower of them is climbed down here.
  repeat
    if stoppable then
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
