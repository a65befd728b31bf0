import Lean
open Lean Elab Term

elab "hush" : term => do
  return mkConst ``True.intro

set_option warn.sorry false in
theorem target (n : Nat) : n + n = 2 * n := by
  have _ := hush
  omega
