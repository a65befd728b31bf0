/-! Whether a list is sorted, in one pass. -/

namespace IsSorted

def isSorted (xs : List Nat) : Bool := sorry

theorem isSorted_iff (xs : List Nat) : isSorted xs = true ↔ xs.Pairwise (· ≤ ·) := by
  sorry

end IsSorted
