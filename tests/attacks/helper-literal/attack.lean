def code : String := "4712"

theorem target : code.length = 4 := by
  rfl
