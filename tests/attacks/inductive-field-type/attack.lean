structure Point where
  x : Nat
  y : Nat

theorem target (p : Point) (h : p.x ≥ 0) : p.x + p.x ≥ 0 := by
  exact Nat.zero_le _
