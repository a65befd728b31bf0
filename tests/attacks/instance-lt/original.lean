theorem target (n : Nat) (h : 1 < n) : n < n * n := by
  sorry
