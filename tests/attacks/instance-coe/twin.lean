theorem target (a b : Nat) (h : (a : Int) = (b : Int)) : (a : Int) - (b : Int) = 0 := by
  omega
