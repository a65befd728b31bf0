import Lean
open Lean Elab Term Meta

elab "later" : term => do
  let hole ← mkFreshExprMVar (mkConst ``True)
  hole.mvarId!.assign (mkConst ``True.intro)
  instantiateMVars hole

theorem target : 3 ^ 4 = 81 := by
  exact (fun _ : True => rfl) later
