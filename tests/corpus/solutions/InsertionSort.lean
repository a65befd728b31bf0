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
  induction xs <;> grind [LowerBound]

theorem lowerBound_insert {x y : Nat} {ys : List Nat} : LowerBound x (insert y ys) ↔ x ≤ y ∧ LowerBound x ys := by
  induction ys <;> grind [insert, LowerBound]

theorem sorted_insert {x : Nat} {xs : List Nat} (h : Sorted xs) : Sorted (insert x xs) := by
  induction xs <;> grind [insert, Sorted, LowerBound, LowerBound.trans, lowerBound_insert]

/-- First half of the specification. -/
theorem sorted_sort (xs : List Nat) : Sorted (sort xs) := by
  induction xs <;> grind [sort, Sorted, sorted_insert]

/-! ## The result is a permutation of the input -/

theorem count_insert (x y : Nat) (ys : List Nat) : count x (insert y ys) = count x (y :: ys) := by
  induction ys <;> grind [insert, count]

/-- Second half of the specification. -/
theorem count_sort (x : Nat) (xs : List Nat) : count x (sort xs) = count x xs := by
  induction xs <;> grind [sort, count, count_insert]

private theorem length_insert (x : Nat) (xs : List Nat) : (insert x xs).length = xs.length + 1 := by
  induction xs <;> grind [insert]

theorem length_sort (xs : List Nat) : (sort xs).length = xs.length := by
  induction xs <;> grind [sort, length_insert]

/-- Auxiliary: what is in the list after an insertion. -/
theorem mem_insert {x y : Nat} {ys : List Nat} : x ∈ insert y ys ↔ x = y ∨ x ∈ ys := by
  induction ys <;> grind [insert]

theorem mem_sort {x : Nat} {xs : List Nat} : x ∈ sort xs ↔ x ∈ xs := by
  induction xs <;> grind [sort, mem_insert]

/-! ## What the two halves give together -/

/-- Auxiliary: a lower bound is inserted at the front. -/
theorem insert_of_lowerBound {x : Nat} {xs : List Nat} (h : LowerBound x xs) : insert x xs = x :: xs := by
  cases xs <;> grind [insert, LowerBound]

/-- Sorting a sorted list changes nothing. -/
theorem sort_of_sorted {xs : List Nat} (h : Sorted xs) : sort xs = xs := by
  induction xs <;> grind [sort, Sorted, insert_of_lowerBound]

theorem sort_sort (xs : List Nat) : sort (sort xs) = sort xs := by
  exact sort_of_sorted (sorted_sort xs)

/-- Auxiliary: what is below a lower bound does not occur. -/
theorem count_eq_zero_of_lt {x y : Nat} {xs : List Nat} (h : LowerBound y xs) (hxy : x < y) : count x xs = 0 := by
  induction xs <;> grind [count, LowerBound]

/-- The specification determines the result: two sorted lists with equal counts are equal. -/
theorem eq_of_sorted_of_count {xs ys : List Nat} (hx : Sorted xs) (hy : Sorted ys)
    (h : ∀ n, count n xs = count n ys) : xs = ys := by
  induction xs generalizing ys with
  | nil =>
    cases ys with
    | nil => rfl
    | cons y ys => have := h y; grind [count]
  | cons x xs ih =>
    cases ys with
    | nil => have := h x; grind [count]
    | cons y ys =>
      have hx' := count_eq_zero_of_lt (x := x) (y := y) (xs := ys)
      have hy' := count_eq_zero_of_lt (x := y) (y := x) (xs := xs)
      have h1 := h x
      have h2 := h y
      have hxy : x = y := by grind [count, Sorted]
      subst hxy
      have : xs = ys := ih (by grind [Sorted]) (by grind [Sorted]) (fun n => by have := h n; grind [count])
      rw [this]

example : sort [3, 1, 2, 1] = [1, 1, 2, 3] := by
  rfl

end InsertionSort
