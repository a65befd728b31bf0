/-! Exchanging the components of every pair in a list. -/

namespace SwapPairs

def swapPairs (ps : List (Nat × Nat)) : List (Nat × Nat) := sorry

theorem getElem?_swapPairs (ps : List (Nat × Nat)) (i : Nat) :
    (swapPairs ps)[i]? = ps[i]?.map fun p => (p.2, p.1) := by
  sorry

example : swapPairs [(1, 2), (3, 4)] = [(2, 1), (4, 3)] := by sorry

end SwapPairs
