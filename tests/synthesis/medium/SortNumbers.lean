/-! Sorting a list of numbers. -/

namespace SortNumbers

def sort (xs : List Nat) : List Nat := sorry

theorem sort_perm (xs : List Nat) : (sort xs).Perm xs := by
  sorry

theorem sort_sorted (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  sorry

example : sort [3, 1, 2] = [1, 2, 3] := by sorry

end SortNumbers
