def truth (_ : Unit) : Bool := true
def honest (_ : Unit) : Bool := false
def a : Bool := honest ()
def b : Bool := false
theorem a_is_b : a = b := Eq.refl false
theorem target (n : Nat) : n * n = n ^ 2 := by
  exact (Nat.pow_two n).symm
