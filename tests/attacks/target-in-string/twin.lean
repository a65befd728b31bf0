def note : String := "
theorem target (n : Nat) : n + n = 2 * n := by
  sorry
"
theorem target (n : Nat) : n + n = 2 * n := by
  omega
