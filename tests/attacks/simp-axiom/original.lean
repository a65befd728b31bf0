def score (n : Nat) : Nat := n * n + 1

theorem target (n : Nat) : 0 < score n := by
  sorry
