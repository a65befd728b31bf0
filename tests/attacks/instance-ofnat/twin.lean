theorem target (n : Nat) (h : 0 < n) : n < 2 * n := by
  omega
