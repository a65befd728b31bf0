theorem target (xs : List Nat) (h : xs.length < 0) : xs.reverse.length = xs.length := by
  omega
