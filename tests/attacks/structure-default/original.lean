structure Config where
  retries : Nat := 3

theorem target : ({} : Config).retries ≤ 3 := by
  sorry
