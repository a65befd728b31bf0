/-! Inserting a number into a sorted list. -/

namespace InsertSorted

def insert (x : Nat) (xs : List Nat) : List Nat := sorry

theorem insert_perm (x : Nat) (xs : List Nat) : (insert x xs).Perm (x :: xs) := by
  sorry

theorem insert_sorted (x : Nat) (xs : List Nat) (h : xs.Pairwise (· ≤ ·)) : (insert x xs).Pairwise (· ≤ ·) := by
  sorry

end InsertSorted
