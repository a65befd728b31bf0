theorem climb (p : Nat → Prop) (h : ∀ n, p (n + 1) → p n) (z : ∀ n, n > 9 → p n) (n : Nat) : p n :=
  if big : n > 9 then z n big else h n (climb p h z (n + 1))
termination_by 10 - n
decreasing_by omega
theorem target (p : Nat → Prop) (h : ∀ n, p (n + 1) → p n) (z : ∀ n, n > 9 → p n) : p 0 := by
  exact climb p h z 0
