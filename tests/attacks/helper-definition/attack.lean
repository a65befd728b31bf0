def Valid (_ : List Nat) : Prop := True

theorem target (xs : List Nat) (h : Valid xs) : Valid (0 :: xs).tail := by
  trivial
