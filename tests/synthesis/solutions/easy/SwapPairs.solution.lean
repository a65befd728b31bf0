/-! Exchanging the components of every pair in a list. -/

namespace SwapPairs

def swapPairs (ps : List (Nat × Nat)) : List (Nat × Nat) :=
  match ps with
  | [] => []
  | (a, b) :: rest => (b, a) :: swapPairs rest

theorem getElem?_swapPairs (ps : List (Nat × Nat)) (i : Nat) :
    (swapPairs ps)[i]? = ps[i]?.map fun p => (p.2, p.1) := by
  induction ps generalizing i with
  | nil => simp [swapPairs]
  | cons p rest ih => cases i <;> simp [swapPairs, ih]

example : swapPairs [(1, 2), (3, 4)] = [(2, 1), (4, 3)] := by decide

end SwapPairs
