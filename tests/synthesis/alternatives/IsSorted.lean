/-! Whether a list is sorted, in one pass. Another correct program (the program only: its proofs are open). -/

namespace IsSorted

def isSorted (xs : List Nat) : Bool :=
  (xs.zip xs.tail).all fun p => decide (p.1 ≤ p.2)

theorem isSorted_iff (xs : List Nat) : isSorted xs = true ↔ xs.Pairwise (· ≤ ·) := by
  sorry

end IsSorted
