theorem first : (List.range 5).foldl (· + ·) 0 = 10 := by
  sorry
