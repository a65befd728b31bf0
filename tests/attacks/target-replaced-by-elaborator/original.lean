import Lean

theorem target : True ∧ 3 < 4 := by
  sorry
