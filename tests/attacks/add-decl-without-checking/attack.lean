import Lean
open Lean Elab Term Meta

elab "plant" : term => do
  let decl := Declaration.thmDecl { name := `evil, levelParams := [], type := mkConst ``False, value := mkConst ``True.intro }
  match (← getEnv).addDeclCore 0 decl none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => throwError "refused"
  return mkConst `evil

theorem target : 3 ^ 4 = 81 := by
  exact False.elim plant
