theorem target (a : Nat) (xs : List Nat) : a ∈ xs ++ [a] := by
  sorry
