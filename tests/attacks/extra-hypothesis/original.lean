theorem target (xs : List Nat) : xs.reverse.length = xs.length := by
  sorry
