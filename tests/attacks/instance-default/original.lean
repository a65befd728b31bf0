theorem target : ∃ x, x + 1 = 5 := by
  sorry
