import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  return mkConst ``True.intro

theorem target : True ∧ False → 3 < 4 := fun _ => (fun _ : True => by decide) plant
