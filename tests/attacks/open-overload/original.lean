def Sorted (xs : List Nat) : Prop := ∀ i j, i < j → xs.getD i 0 ≤ xs.getD j (xs.getD i 0)

theorem target : Sorted [1] := by
  sorry
