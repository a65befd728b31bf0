local macro "double" : tactic => `(tactic| exact Nat.mul_two _)
theorem target (n : Nat) : n * 2 = n + n := by
  double
