import Lean
open Lean Elab Term Meta

elab "later" : term => do
  let hole ← mkFreshExprMVar (mkConst ``False)
  let decl := Declaration.thmDecl { name := `evil, levelParams := [], type := mkConst ``False, value := hole }
  withOptions (fun o => debug.skipKernelTC.set o true) do addDecl decl
  return mkConst `evil

theorem target : 3 ^ 4 = 81 := by
  exact False.elim later
