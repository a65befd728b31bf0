class Shape (α : Type) where
  sides : α → Nat
  isTriangle : α → Bool := fun _ => true

inductive Fig where
  | tri | quad

instance : Shape Fig where
  sides
    | .tri => 3
    | .quad => 4

theorem target : Shape.isTriangle Fig.tri = true := by
  rfl
