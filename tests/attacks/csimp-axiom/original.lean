def check (n : Nat) : Bool := n == 7
def other (n : Nat) : Bool := n == n

theorem target : check 7 = other 7 := by
  sorry
