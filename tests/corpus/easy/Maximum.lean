/-! The largest element of a list with at least one. -/

def maximum (x : Nat) : List Nat → Nat
  | [] => x
  | y :: ys => maximum (max x y) ys

theorem le_maximum (x : Nat) (xs : List Nat) : x ≤ maximum x xs := by
  sorry

theorem maximum_mem (x : Nat) (xs : List Nat) : maximum x xs ∈ x :: xs := by
  sorry

theorem le_maximum_of_mem {x y : Nat} {xs : List Nat} (h : y ∈ xs) : y ≤ maximum x xs := by
  sorry
