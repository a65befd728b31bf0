inductive Token : Type where
  | mk : Unit → Token

theorem target (a b : Token) : a = b := by
  sorry
