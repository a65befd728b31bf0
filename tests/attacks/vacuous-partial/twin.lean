instance (a b : Nat) : Nonempty (a * b = b * a) := ⟨Nat.mul_comm a b⟩
def loop (a b : Nat) : Nonempty (a * b = b * a) := inferInstance
theorem target (a b : Nat) : a * b = b * a := by
  exact (loop a b).elim id
