def yes (_ : Nat) : Bool := true
@[implemented_by yes] def check (n : Nat) : Bool := n == 7

theorem target : check 7 = true := by
  native_decide
