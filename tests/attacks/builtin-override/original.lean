import Lean

theorem target (n : Nat) (h : n < 3) : n < 7 := by
  sorry
