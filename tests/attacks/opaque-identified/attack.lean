opaque left : Nat
opaque right : Nat

theorem target (h : left = right) : left = left := by
  rfl
