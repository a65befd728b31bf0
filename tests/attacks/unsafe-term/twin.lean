instance : Nonempty (3 ^ 4 = 81) := ⟨rfl⟩
theorem target : 3 ^ 4 = 81 := by
  exact Classical.choice inferInstance
