def step (n : Nat) : Nat := n + 2

theorem target (n : Nat) : step (step n) = n + 4 := by
  sorry
