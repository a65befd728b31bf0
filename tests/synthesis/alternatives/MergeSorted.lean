/-! Merging two sorted lists. Another correct program (the program only: its proofs are open). -/

namespace MergeSorted

def mergeFuel : Nat → List Nat → List Nat → List Nat
  | fuel + 1, x :: xs, y :: ys =>
    if x ≤ y then x :: mergeFuel fuel xs (y :: ys) else y :: mergeFuel fuel (x :: xs) ys
  | _, [], ys => ys
  | _, xs, _ => xs

def merge (xs ys : List Nat) : List Nat := mergeFuel (xs.length + ys.length) xs ys

theorem merge_perm (xs ys : List Nat) : (merge xs ys).Perm (xs ++ ys) := by
  sorry

theorem merge_sorted (xs ys : List Nat) (hx : xs.Pairwise (· ≤ ·)) (hy : ys.Pairwise (· ≤ ·)) :
    (merge xs ys).Pairwise (· ≤ ·) := by
  sorry

end MergeSorted
