theorem target (n : Nat) : n * n = n ^ 2 := by
  sorry
