def limit : Nat := 100
def inside (n : Nat) : Bool := n < limit
def All (xs : List Nat) : Prop := xs.all inside = true

theorem target : All [1, 9] := by
  unfold All; decide
