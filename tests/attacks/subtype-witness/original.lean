def small : { n : Nat // n < 10 } := ⟨7, by sorry⟩

theorem target : small.val < 10 := by
  sorry
