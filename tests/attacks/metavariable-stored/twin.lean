import Lean
open Lean Elab Term Meta

elab "later" : term => do
  let hole ← mkFreshExprMVar (mkConst ``True)
  let decl := Declaration.thmDecl { name := `fair, levelParams := [], type := mkConst ``True, value := mkConst ``True.intro }
  addDecl decl
  discard <| isDefEq hole (mkConst `fair)
  return mkConst `fair

theorem target : 3 ^ 4 = 81 := by
  exact (fun _ : True => rfl) later
