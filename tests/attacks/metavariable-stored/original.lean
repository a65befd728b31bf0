import Lean

theorem target : 3 ^ 4 = 81 := by
  sorry
