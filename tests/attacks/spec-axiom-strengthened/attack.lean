opaque weight : Nat → Nat := fun _ => 0
axiom weight_zero (n : Nat) : weight n = 0

structure Light (n : Nat) : Prop where
  small : weight n < 10

theorem target (n : Nat) (h : Light n) : weight n ≤ 9 := by
  simp [weight_zero]
