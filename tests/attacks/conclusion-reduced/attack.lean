theorem target (n : Nat) : (n * (n + 1)) % 2 = 0 ∨ (n * (n + 1)) % 2 = 1 := by
  omega
