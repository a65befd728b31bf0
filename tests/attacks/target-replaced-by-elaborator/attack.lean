import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  let type := mkApp2 (mkConst ``And) (mkConst ``True) (← elabType (← `(3 < 4)))
  let decl := Declaration.thmDecl { name := `target, levelParams := [], type := type, value := mkConst ``True.intro }
  withOptions (fun o => debug.skipKernelTC.set o true) do addDecl decl
  return mkConst ``True.intro

theorem visible : True := plant
