def code : String := "4711"

theorem target : code.length = 4 := by
  rfl
