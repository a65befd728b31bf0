def less (a b : Nat) : Nat := a - b

theorem target : less 9 4 = 5 := by
  decide
