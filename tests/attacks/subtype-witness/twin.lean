def small : { n : Nat // n < 10 } := ⟨7, by decide⟩

theorem target : small.val < 10 := by
  decide
