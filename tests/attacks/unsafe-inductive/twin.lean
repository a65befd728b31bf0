inductive Good where
  | mk : (False → Good) → Good
def Good.yes : Good → True := fun g => match g with | .mk _ => trivial
theorem target : 3 ^ 4 = 81 := (fun _ : True => rfl) (Good.yes (.mk False.elim))
