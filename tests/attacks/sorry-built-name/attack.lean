open Lean in
macro "commute" : term => `($(mkIdent (.mkSimple (String.append "sorry" "Ax"))) _ true)
set_option warn.sorry false
theorem target (a b : Nat) : a * b = b * a := by
  exact commute
