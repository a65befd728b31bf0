theorem «carré» : 3 ^ 2 = 9 := by
  sorry
