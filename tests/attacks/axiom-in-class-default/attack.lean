axiom cheat (a b : Nat) : a * b = b * a
class Commutes : Prop where
  mul (a b : Nat) : a * b = b * a := cheat a b

instance : Commutes := {}

theorem target (a b : Nat) : a * b = b * a := by
  exact Commutes.mul a b
