theorem target (p : Nat → Prop) (h : ∀ n, p (n + 1) → p n) (z : ∀ n, n > 9 → p n) : p 0 := by
  sorry
