class Commutes : Prop where
  mul (a b : Nat) : a * b = b * a := Nat.mul_comm a b

instance : Commutes := {}

theorem target (a b : Nat) : a * b = b * a := by
  exact Commutes.mul a b
