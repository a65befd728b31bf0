example (n : Nat) : n * (n + 1) % 2 = 0 := by
  sorry

example (n : Nat) : n + 0 = n := by
  sorry
