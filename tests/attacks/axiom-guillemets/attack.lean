axiom «Classical.choice» (a b : Nat) : a * b = b * a
theorem target (a b : Nat) : a * b = b * a := by
  exact «Classical.choice» a b
