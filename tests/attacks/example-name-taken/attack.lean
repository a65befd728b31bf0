theorem _gentzen_example.«1» (n : Nat) : n * 0 = 0 := by
  rfl
theorem _gentzen_example.«1»._example (n : Nat) : n * 0 = 0 := by
  rfl
