/-! The largest element of a list with at least one. -/

def maximum (x : Nat) : List Nat → Nat
  | [] => x
  | y :: ys => maximum (max x y) ys

theorem le_maximum (x : Nat) (xs : List Nat) : x ≤ maximum x xs := by
  fun_induction maximum x xs <;> grind

theorem maximum_mem (x : Nat) (xs : List Nat) : maximum x xs ∈ x :: xs := by
  fun_induction maximum x xs <;> grind

theorem le_maximum_of_mem {x y : Nat} {xs : List Nat} (h : y ∈ xs) : y ≤ maximum x xs := by
  fun_induction maximum x xs <;> grind [le_maximum]
