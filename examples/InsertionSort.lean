/-!
# Insertion sort

A sorting function must return a sorted list, and the same elements as often as they came in.
Permutation is stated through `count`, so the specification can be read without knowing the library.
-/

namespace InsertionSort

def insert (x : Nat) : List Nat → List Nat
  | [] => [x]
  | y :: ys => if x ≤ y then x :: y :: ys else y :: insert x ys

def sort : List Nat → List Nat
  | [] => []
  | x :: xs => insert x (sort xs)

/-- `x` is at most every element of the list. -/
def LowerBound (x : Nat) : List Nat → Prop
  | [] => True
  | y :: ys => x ≤ y ∧ LowerBound x ys

def Sorted : List Nat → Prop
  | [] => True
  | x :: xs => LowerBound x xs ∧ Sorted xs

def count (x : Nat) : List Nat → Nat
  | [] => 0
  | y :: ys => (if x = y then 1 else 0) + count x ys

/-! ## The result is sorted -/

theorem LowerBound.trans {x y : Nat} {xs : List Nat} (h : x ≤ y) (hy : LowerBound y xs) : LowerBound x xs := by
  sorry

theorem lowerBound_insert {x y : Nat} {ys : List Nat} : LowerBound x (insert y ys) ↔ x ≤ y ∧ LowerBound x ys := by
  sorry

theorem sorted_insert {x : Nat} {xs : List Nat} (h : Sorted xs) : Sorted (insert x xs) := by
  sorry

/-- First half of the specification. -/
theorem sorted_sort (xs : List Nat) : Sorted (sort xs) := by
  sorry

/-! ## The result is a permutation of the input -/

theorem count_insert (x y : Nat) (ys : List Nat) : count x (insert y ys) = count x (y :: ys) := by
  sorry

/-- Second half of the specification. -/
theorem count_sort (x : Nat) (xs : List Nat) : count x (sort xs) = count x xs := by
  sorry

private theorem length_insert (x : Nat) (xs : List Nat) : (insert x xs).length = xs.length + 1 := by
  sorry

theorem length_sort (xs : List Nat) : (sort xs).length = xs.length := by
  sorry

theorem mem_sort {x : Nat} {xs : List Nat} : x ∈ sort xs ↔ x ∈ xs := by
  sorry

/-! ## What the two halves give together -/

/-- Sorting a sorted list changes nothing. -/
theorem sort_of_sorted {xs : List Nat} (h : Sorted xs) : sort xs = xs := by
  sorry

theorem sort_sort (xs : List Nat) : sort (sort xs) = sort xs := by
  sorry

/-- The specification determines the result: two sorted lists with equal counts are equal. -/
theorem eq_of_sorted_of_count {xs ys : List Nat} (hx : Sorted xs) (hy : Sorted ys)
    (h : ∀ n, count n xs = count n ys) : xs = ys := by
  sorry

example : sort [3, 1, 2, 1] = [1, 1, 2, 3] := by sorry

end InsertionSort
