/-! Where a number occurs for the first time in a list. Another correct program (the program only: its proofs are open). -/

namespace FirstIndex

def firstIndex (xs : List Nat) (x : Nat) : Option Nat :=
  (List.range xs.length).find? fun i => xs[i]? == some x

theorem getElem_firstIndex (xs : List Nat) (x i : Nat) (h : firstIndex xs x = some i) : xs[i]? = some x := by
  sorry

/-- It does not occur before. -/
theorem before_firstIndex (xs : List Nat) (x i j : Nat) (h : firstIndex xs x = some i) (hj : j < i) :
    xs[j]? ≠ some x := by
  sorry

theorem firstIndex_eq_none (xs : List Nat) (x : Nat) : firstIndex xs x = none ↔ x ∉ xs := by
  sorry

end FirstIndex
