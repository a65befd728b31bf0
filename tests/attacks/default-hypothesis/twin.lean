theorem target (n : Nat) : n / 2 ≤ n := by
  exact Nat.div_le_self n 2
