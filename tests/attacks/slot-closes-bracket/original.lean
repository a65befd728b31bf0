theorem first : ∃ n : Nat, n * n = 49 := ⟨7, (by sorry)⟩
