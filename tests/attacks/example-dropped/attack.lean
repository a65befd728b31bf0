example (n : Nat) : n + 0 = n := by
  rfl

example (n : Nat) : n + 0 = n := by
  rfl
