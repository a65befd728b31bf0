unsafe def magic : 3 ^ 4 = 81 := magic
theorem target : 3 ^ 4 = 81 := by
  exact magic
