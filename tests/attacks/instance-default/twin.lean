theorem target : ∃ x, x + 1 = 5 := by
  exact ⟨4, rfl⟩
