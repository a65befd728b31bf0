opaque weight : Nat → Nat

theorem weight_self (n : Nat) : weight n = weight n := rfl

structure Light (n : Nat) : Prop where
  small : weight n < 10

theorem target (n : Nat) (h : Light n) : weight n ≤ 9 := by
  exact Nat.le_of_lt_succ h.small
