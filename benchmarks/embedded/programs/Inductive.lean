/-! Relations given by rules. -/

namespace Inductive

inductive Even : Nat → Prop
  | zero : Even 0
  | step (n : Nat) : Even n → Even (n + 2)

inductive Sub : List Nat → List Nat → Prop
  | nil : Sub [] []
  | skip (x : Nat) (xs ys : List Nat) : Sub xs ys → Sub xs (x :: ys)
  | take (x : Nat) (xs ys : List Nat) : Sub xs ys → Sub (x :: xs) (x :: ys)

inductive Reach : Nat → Nat → Prop
  | refl (n : Nat) : Reach n n
  | up (m n : Nat) : Reach m n → Reach m (n + 1)

theorem even_double (n : Nat) : Even (2 * n) := by
  sorry

theorem even_add (m n : Nat) (h : Even m) (h' : Even n) : Even (m + n) := by
  sorry

theorem even_mod (n : Nat) (h : Even n) : n % 2 = 0 := by
  sorry

theorem not_even_one : ¬ Even 1 := by
  sorry

theorem sub_refl (xs : List Nat) : Sub xs xs := by
  sorry

theorem sub_nil (xs : List Nat) : Sub [] xs := by
  sorry

theorem sub_length (xs ys : List Nat) (h : Sub xs ys) : xs.length ≤ ys.length := by
  sorry

theorem sub_trans (xs ys zs : List Nat) (h : Sub xs ys) (h' : Sub ys zs) : Sub xs zs := by
  sorry

theorem reach_le (m n : Nat) (h : Reach m n) : m ≤ n := by
  sorry

theorem reach_of_le (m n : Nat) (h : m ≤ n) : Reach m n := by
  sorry

theorem sub_mem (a : Nat) (xs ys : List Nat) (h : Sub xs ys) (ha : a ∈ xs) : a ∈ ys := by
  sorry

theorem even_of_mod (n : Nat) (h : n % 2 = 0) : Even n := by
  sorry

theorem sub_append (xs ys : List Nat) : Sub xs (ys ++ xs) := by
  sorry

end Inductive
