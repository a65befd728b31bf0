theorem target {α : Type} (xs : List α) : xs ++ [] = xs := by
  simp
