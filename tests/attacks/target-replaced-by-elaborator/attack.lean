import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  let type ← instantiateMVars (← elabTermAndSynthesize (← `(True ∧ False → 3 < 4)) none)
  let decl := Declaration.thmDecl { name := `target, levelParams := [], type := type, value := mkConst ``True.intro }
  withOptions (fun o => debug.skipKernelTC.set o true) do addDecl decl
  return mkConst ``True.intro

theorem visible : True := plant
