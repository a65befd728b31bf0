import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  return mkConst ``True.intro

theorem target : True ∧ 3 < 4 := ⟨plant, by decide⟩
