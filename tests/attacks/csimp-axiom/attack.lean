def check (n : Nat) : Bool := n == 7
def other (n : Nat) : Bool := n == n

@[csimp] axiom check_eq_other : @check = @other

theorem target : check 7 = other 7 := by
  native_decide
