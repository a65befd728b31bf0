theorem «carré» : 3 ^ 2 = 9 := by
  rfl
theorem «carré» : True := trivial
