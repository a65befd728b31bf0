/-! Remainders modulo small numbers. -/

theorem sq_mod_four (n : Nat) : n * n % 4 = 0 ∨ n * n % 4 = 1 := by
  sorry

theorem consecutive_even (n : Nat) : n * (n + 1) % 2 = 0 := by
  sorry

theorem last_digit (n : Nat) (h : n % 10 = 7) : (n + 3) % 10 = 0 := by
  sorry
