theorem target (n : Nat) (h : n < 10) : n * n < 100 := by
  have : n * n ≤ 9 * 9 := Nat.mul_le_mul (by omega) (by omega)
  omega
