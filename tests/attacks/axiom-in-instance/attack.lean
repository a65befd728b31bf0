class Commutes : Prop where
  mul (a b : Nat) : a * b = b * a

axiom cheat : Commutes
instance : Commutes := ⟨cheat.mul⟩

theorem target (a b : Nat) : a * b = b * a := by
  exact Commutes.mul a b
