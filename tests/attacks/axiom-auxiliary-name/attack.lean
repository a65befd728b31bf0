axiom target._proof_1 (a b : Nat) : a * b = b * a
theorem target (a b : Nat) : a * b = b * a := by
  exact target._proof_1 a b
