theorem target (n : Nat) (h : n = 0 := by omega) : n / 2 ≤ n := by
  subst h; decide
