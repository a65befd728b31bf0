def check (n : Nat) : Bool := n == 7
def other (n : Nat) : Bool := n == n

theorem check_eq_other : check 7 = other 7 := rfl

theorem target : check 7 = other 7 := by
  exact check_eq_other
