theorem lcProof' : 3 ^ 4 = 81 := rfl
theorem target : 3 ^ 4 = 81 := by
  exact lcProof'
