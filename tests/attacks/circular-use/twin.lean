theorem target' (n : Nat) : n * n = n ^ 2 := (Nat.pow_two n).symm
theorem target (n : Nat) : n * n = n ^ 2 := by
  exact target' n
