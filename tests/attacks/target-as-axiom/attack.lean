axiom target (a b : Nat) : a * b = b * a
