def isZero (n : Nat) : Bool := n == 0

theorem target (n : Nat) (h : n = 0) : isZero n = true := by
  sorry
