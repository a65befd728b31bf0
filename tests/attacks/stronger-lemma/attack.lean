theorem step (a b : Nat) (h : a = b) : a * a ≤ b * b := by
  simp [h]

theorem target (a b c : Nat) (h : a ≤ b) (k : b ≤ c) : a * a ≤ c * c := by
  exact Nat.mul_le_mul (Nat.le_trans h k) (Nat.le_trans h k)
