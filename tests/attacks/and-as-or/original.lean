theorem target (n : Nat) : n ≤ n + 1 ∧ n * n ≤ (n + 1) * (n + 1) := by
  sorry
