import Lean
open Lean Elab Command

theorem fair : True := trivial

theorem target (n : Nat) : n + n = 2 * n := by
  omega
