theorem warmup (n : Nat) : n + 0 = n := by
  rfl
theorem target (n : Nat) : n + n = 2 * n := by
  omega
-- #exit
