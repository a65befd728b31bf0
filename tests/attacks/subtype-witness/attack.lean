def small : { n : Nat // n < 10 } := ⟨0, by decide⟩

theorem target : small.val < 10 := by
  decide
