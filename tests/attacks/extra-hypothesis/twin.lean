theorem target (xs : List Nat) : xs.reverse.length = xs.length := by
  have h : ¬ xs.length < 0 := by omega
  simp
