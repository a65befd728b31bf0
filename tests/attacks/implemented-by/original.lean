def check (n : Nat) : Bool := n == 7

theorem target : check 7 = true := by
  sorry
