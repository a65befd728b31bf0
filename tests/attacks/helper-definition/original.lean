def Valid (xs : List Nat) : Prop := ∀ x ∈ xs, 0 < x

theorem target (xs : List Nat) (h : Valid xs) : Valid (0 :: xs).tail := by
  sorry
