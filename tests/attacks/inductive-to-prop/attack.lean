inductive Token : Prop where
  | mk : Unit → Token

theorem target (a b : Token) : a = b := by
  rfl
