theorem target (n : Nat) (h : 1 < n) : n < n * n := by
  exact Nat.lt_mul_self_iff.mpr h
local instance (priority := high) : LT Nat := ⟨fun _ _ => True⟩
