theorem target (a b : Nat) (h : a < b ∧ b ≤ a) : a + b < 2 * b := by
  omega
