opaque weight : Nat → Nat

structure Light (n : Nat) : Prop where
  small : weight n < 10

theorem target (n : Nat) (h : Light n) : weight n ≤ 9 := by
  sorry
