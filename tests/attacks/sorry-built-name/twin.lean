open Lean in
macro "commute" : term => `($(mkIdent (.str (.mkSimple "Nat") (String.append "mul_" "comm"))) _ _)
set_option warn.sorry false
theorem target (a b : Nat) : a * b = b * a := by
  exact commute
