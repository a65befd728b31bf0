theorem warmup (n : Nat) : n + 0 = n := by
  rfl
/- the main result
theorem target (n : Nat) : n + n = 2 * n := by
  omega
