/-! Ordered lists: a Boolean test, insertion, minimum. -/

namespace Sorted

def ordered : List Nat → Bool
  | [] => true
  | [_] => true
  | x :: y :: rest => decide (x ≤ y) && ordered (y :: rest)

def place (a : Nat) : List Nat → List Nat
  | [] => [a]
  | x :: xs => if a ≤ x then a :: x :: xs else x :: place a xs

def order : List Nat → List Nat
  | [] => []
  | x :: xs => place x (order xs)

def least (d : Nat) : List Nat → Nat
  | [] => d
  | x :: xs => min x (least d xs)

theorem length_place (a : Nat) (xs : List Nat) : (place a xs).length = xs.length + 1 := by
  sorry

theorem length_order (xs : List Nat) : (order xs).length = xs.length := by
  sorry

theorem mem_place (a b : Nat) (xs : List Nat) : b ∈ place a xs ↔ b = a ∨ b ∈ xs := by
  sorry

theorem ordered_place (a : Nat) (xs : List Nat) (h : ordered xs = true) : ordered (place a xs) = true := by
  sorry

theorem ordered_order (xs : List Nat) : ordered (order xs) = true := by
  sorry

theorem perm_place (a : Nat) (xs : List Nat) : (place a xs).Perm (a :: xs) := by
  sorry

theorem least_le (d : Nat) (xs : List Nat) : least d xs ≤ d := by
  sorry

theorem least_mem (d a : Nat) (xs : List Nat) (h : a ∈ xs) : least d xs ≤ a := by
  sorry

theorem count_place (a b : Nat) (xs : List Nat) : (place a xs).count b = (a :: xs).count b := by
  sorry

theorem sum_place (a : Nat) (xs : List Nat) : (place a xs).sum = a + xs.sum := by
  sorry

end Sorted
