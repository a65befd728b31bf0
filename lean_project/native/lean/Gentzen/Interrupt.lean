import Lean

/-!
Stopping a running request: by its deadline, or by `cancel`. Both set the cancel token that Lean's elaborator and kernel look at.
-/

namespace Gentzen
open Lean

/-- What a request checks to see whether it was stopped, and why. -/
structure Interrupt where
  token : IO.CancelToken
  reason : IO.Ref (Option String)

namespace Interrupt

def new : BaseIO Interrupt :=
  return { token := ← IO.CancelToken.new, reason := ← IO.mkRef none }

/-- Stop the request. The first reason counts. -/
def set (interrupt : Interrupt) (reason : String) : BaseIO Unit := do
  interrupt.reason.modify (·.or (some reason))
  interrupt.token.set

/-- How often a deadline looks whether its request has ended. -/
private def pollMilliseconds : Nat := 20

/-- Run `x`; after `seconds` (when positive) set the interrupt. The clock's thread ends with `x`. -/
def withDeadline {α : Type} (interrupt : Interrupt) (seconds : Float) (x : IO α) : IO α := do
  if seconds <= 0 then
    return ← x
  let deadline := (← IO.monoMsNow) + (seconds * 1000).toUInt64.toNat
  let finished ← IO.mkRef false
  let clock ← IO.asTask (prio := .dedicated) do
    while !(← finished.get) do
      let now ← IO.monoMsNow
      if now >= deadline then
        interrupt.set "seconds"
        break
      IO.sleep (min pollMilliseconds (deadline - now)).toUInt32
  try x finally
    finished.set true
    discard <| IO.wait clock

end Interrupt
end Gentzen
