set_option warn.sorry false
theorem target (p : Nat → Prop) (h : ∀ n, p (n + 2) → p n) (k : ∀ n, n > 8 → p n) : p 1 := by
  exact h 1 (h 3 (h 5 (h 7 (k 9 (by decide)))))
