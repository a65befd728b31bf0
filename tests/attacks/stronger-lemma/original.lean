theorem step (a b : Nat) (h : a ≤ b) : a * a ≤ b * b := by
  sorry

theorem target (a b c : Nat) (h : a ≤ b) (k : b ≤ c) : a * a ≤ c * c := by
  sorry
