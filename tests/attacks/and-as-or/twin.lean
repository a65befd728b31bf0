theorem target (n : Nat) : n ≤ n + 1 ∧ n * n ≤ (n + 1) * (n + 1) := by
  constructor
  any_goals first | omega | exact Nat.mul_self_le_mul_self (by omega)
