theorem target (n : Nat) (h : n < 10) : let n := 0; n * n < 100 := by
  decide
