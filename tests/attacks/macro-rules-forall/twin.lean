theorem target : ∀ n : Nat, n ≤ n * n := by
  intro n
  exact Nat.le_mul_self n
