def Lucky (n : Nat) : Prop := ∃ k, n = k * k
instance : Decidable (Lucky 49) := isTrue ⟨7, rfl⟩

theorem target : Lucky 49 := by
  decide
