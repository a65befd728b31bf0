theorem _gentzen_example.«0» (n : Nat) : n * 0 = 0 := by
  rfl
theorem _gentzen_example.«0»._example (n : Nat) : n * 0 = 0 := by
  rfl
