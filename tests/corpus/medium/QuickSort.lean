/-! Quicksort on lists, and selection of the k-th smallest by the same idea. -/

namespace QuickSort

def below (p : Nat) (xs : List Nat) : List Nat := xs.filter (· < p)

def above (p : Nat) (xs : List Nat) : List Nat := xs.filter (p ≤ ·)

def sort : List Nat → List Nat
  | [] => []
  | p :: xs => sort (below p xs) ++ p :: sort (above p xs)
termination_by xs => xs.length
decreasing_by
  · have := List.length_filter_le (· < p) xs
    simp [below]; omega
  · have := List.length_filter_le (p ≤ ·) xs
    simp [above]; omega

/-- The element at place `k` of the sorted list, without sorting all of it. -/
def select (k : Nat) : List Nat → Option Nat
  | [] => none
  | p :: xs =>
    if k < (below p xs).length then select k (below p xs)
    else if k = (below p xs).length then some p
    else select (k - (below p xs).length - 1) (above p xs)
termination_by xs => xs.length
decreasing_by
  · have := List.length_filter_le (· < p) xs
    simp [below]; omega
  · have := List.length_filter_le (p ≤ ·) xs
    simp [above]; omega

theorem perm_sort (xs : List Nat) : (sort xs).Perm xs := by
  sorry

theorem sorted_sort (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  sorry

theorem select_eq (k : Nat) (xs : List Nat) : select k xs = (sort xs)[k]? := by
  sorry

end QuickSort
