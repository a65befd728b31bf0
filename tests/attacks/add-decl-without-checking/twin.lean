import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  let decl := Declaration.thmDecl { name := `fair, levelParams := [], type := mkConst ``True, value := mkConst ``True.intro }
  match (← getEnv).addDeclCore 0 decl none (doCheck := true) with
  | .ok env => setEnv env
  | .error _ => throwError "refused"
  return mkConst `fair

theorem target : 3 ^ 4 = 81 := by
  exact (fun _ : True => rfl) plant
