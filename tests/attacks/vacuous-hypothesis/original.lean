theorem target (a b : Nat) (h : a < b) : a + b < 2 * b := by
  sorry
