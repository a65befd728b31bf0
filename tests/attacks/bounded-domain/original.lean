theorem target (n : Nat) : n ^ 2 + n = n * (n + 1) := by
  sorry
