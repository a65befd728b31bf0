theorem first (n : Nat) : n ≤ n + 1 ∧ n * n ≤ n * n := by
  constructor
  · sorry
  · exact Nat.le_refl _ -- -/ sorry
