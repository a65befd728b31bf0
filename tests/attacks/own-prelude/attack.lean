prelude
set_option autoImplicit false

inductive Nat : Type where
  | zero : Nat

inductive Eq {α : Type} (a : α) : α → Prop where
  | refl : Eq a a

theorem target (n : Nat) : Eq n n := Eq.refl
