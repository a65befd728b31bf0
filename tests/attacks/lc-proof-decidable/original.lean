def Lucky (n : Nat) : Prop := ∃ k, n = k * k

theorem target : Lucky 49 := by
  sorry
