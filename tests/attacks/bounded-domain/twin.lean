theorem target (n : Nat) : n ^ 2 + n = n * (n + 1) := by
  rw [Nat.pow_two, Nat.mul_succ]
