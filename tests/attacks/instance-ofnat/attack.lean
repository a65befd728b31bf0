local instance (priority := high) : OfNat Nat 2 := ⟨5⟩
theorem target (n : Nat) (h : 0 < n) : n < 2 * n := by
  show n < 5 * n
  omega
