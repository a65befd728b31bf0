opaque left : Nat
opaque right : Nat

theorem target (h : left = right) : right = left := by
  exact h.symm
