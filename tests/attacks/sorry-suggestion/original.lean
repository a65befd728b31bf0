theorem target (p : Nat → Prop) (h : ∀ n, p (n + 2) → p n) (k : ∀ n, n > 8 → p n) : p 1 := by
  sorry
