theorem target (n : Nat) (h : n % 2 = 1) : n ≠ 0 := by
  sorry
