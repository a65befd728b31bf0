universe v
theorem target {α : Type v} (xs : List α) : xs ++ [] = xs := by
  simp
