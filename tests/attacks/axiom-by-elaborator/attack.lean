import Lean
open Lean Elab Term Meta

elab "known" : term => do
  addDecl <| .axiomDecl { name := `known, levelParams := [], type := mkConst ``False, isUnsafe := false }
  return mkConst `known

theorem target : 3 ^ 4 = 81 := by
  exact False.elim known
