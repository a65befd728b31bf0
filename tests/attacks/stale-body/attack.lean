def step (n : Nat) : Nat := n + 1

theorem target (n : Nat) : step (step n) = n + 2 := by
  rfl
