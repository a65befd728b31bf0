set_option warn.sorry false
theorem target (n : Nat) : n * n + n = n * (n + 1) := by
  exact (Nat.mul_succ n n).symm
