theorem monotone (a b : Nat) (h : a ≤ b) : a * 2 ≤ b * 2 := by
  omega
theorem mοnotone : True := trivial
