local notation:50 a:51 " ≺ " b:51 => Nat.lt a b
theorem target (a b : Nat) (h : a + 1 ≤ b) : a < b := by
  exact (h : a ≺ b)
