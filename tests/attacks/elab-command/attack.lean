import Lean
open Lean Elab Command

elab "plant" : command => do
  let decl := Declaration.thmDecl { name := `evil, levelParams := [], type := mkConst ``False, value := mkConst ``True.intro }
  match (← getEnv).addDeclCore 0 decl none (doCheck := false) with
  | .ok env => setEnv env
  | .error _ => throwError "refused"
  modify fun s => { s with messages := {} }
plant

theorem target (n : Nat) : n + n = 2 * n := by
  exact evil.elim
