universe u
theorem target {α : Type u} (xs : List α) : xs ++ [] = xs := by
  sorry
