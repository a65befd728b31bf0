class Shape (α : Type) where
  sides : α → Nat
  isTriangle : α → Bool := fun a => sides a == 3

inductive Fig where
  | tri | quad

instance : Shape Fig where
  sides
    | .tri => 3
    | .quad => 4

theorem target : Shape.isTriangle Fig.tri = true := by
  rfl
