axiom prοpext (a b : Nat) : a * b = b * a
theorem target (a b : Nat) : a * b = b * a := by
  exact prοpext a b
