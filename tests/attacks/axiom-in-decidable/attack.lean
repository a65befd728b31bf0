def Lucky (n : Nat) : Prop := ∃ k, n = k * k

axiom lucky : ∀ n, Lucky n
instance (n : Nat) : Decidable (Lucky n) := isTrue (lucky n)

theorem target : Lucky 49 := by
  decide
