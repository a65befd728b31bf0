/-! Merging two sorted lists. -/

namespace MergeSorted

def merge (xs ys : List Nat) : List Nat := sorry

theorem merge_perm (xs ys : List Nat) : (merge xs ys).Perm (xs ++ ys) := by
  sorry

theorem merge_sorted (xs ys : List Nat) (hx : xs.Pairwise (· ≤ ·)) (hy : ys.Pairwise (· ≤ ·)) :
    (merge xs ys).Pairwise (· ≤ ·) := by
  sorry

end MergeSorted
