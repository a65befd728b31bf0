theorem target (a b : Nat) (h : a ≤ b) : (a : Int) - (b : Int) ≤ 0 := by
  omega
