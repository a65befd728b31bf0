instance (a b : Nat) : Nonempty (a * b = b * a) := ⟨Nat.mul_comm a b⟩
theorem target (a b : Nat) : a * b = b * a := by
  obtain ⟨h⟩ := (inferInstance : Nonempty (a * b = b * a)); exact h
