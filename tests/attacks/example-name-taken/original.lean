example (n : Nat) : n * 0 = 0 := by
  sorry
