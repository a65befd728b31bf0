theorem target (n : Nat) (h : n % 2 = 1) : have _ : n = n := rfl; n ≠ 0 ∨ n = 0 := by
  omega
