def digits (n : Nat) : Nat := if n < 10 then 1 else 2

theorem target : digits 42 = 2 := by
  sorry
