theorem target (a b : Nat) (h : a ≤ b) : ((a - b : Nat) : Int) ≤ 0 := by
  omega
