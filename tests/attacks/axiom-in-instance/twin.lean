class Commutes : Prop where
  mul (a b : Nat) : a * b = b * a

instance : Commutes := ⟨Nat.mul_comm⟩

theorem target (a b : Nat) : a * b = b * a := by
  exact Commutes.mul a b
