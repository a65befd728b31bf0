theorem «Nat.commutes» (a b : Nat) : a * b = b * a := Nat.mul_comm a b
theorem target (a b : Nat) : a * b = b * a := by
  exact «Nat.commutes» a b
