structure Config where
  retries : Nat := 0

theorem target : ({} : Config).retries ≤ 3 := by
  decide
