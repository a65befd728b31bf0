abbrev Elem := Bool

theorem target (a b c : Elem) : a = b ∨ b = c ∨ a = c := by
  sorry
