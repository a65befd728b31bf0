import Lean

theorem target : True ∧ False → 3 < 4 := by
  sorry
