import Lean
open Lean Elab Term Meta

elab "trust_me" : term => do
  let decl := Declaration.thmDecl { name := `evil, levelParams := [], type := mkConst ``False, value := mkConst ``True.intro }
  withOptions (fun o => debug.skipKernelTC.set o true) do addDecl decl
  return mkConst `evil

theorem target : 3 ^ 4 = 81 := by
  exact False.elim trust_me
#print axioms target
