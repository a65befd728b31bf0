axiom inhabited : Nonempty (3 ^ 4 = 81)
instance : Nonempty (3 ^ 4 = 81) := inhabited
theorem target : 3 ^ 4 = 81 := by
  exact unsafe (unsafeCast ())
