set_option warn.sorry false
theorem target (p : Nat → Prop) (a : Nat) (h : ∀ n, p n → p (n + 1)) (k : p 0) : p a := by
  induction a with
  | zero => exact k
  | succ n ih => exact h n ih
