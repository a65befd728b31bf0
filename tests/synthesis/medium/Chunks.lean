/-! Cutting a list into pieces of `n` elements; the last one may be shorter. -/

namespace Chunks

def chunks (n : Nat) (xs : List Nat) : List (List Nat) := sorry

theorem flatten_chunks (n : Nat) (xs : List Nat) (h : 0 < n) : (chunks n xs).flatten = xs := by
  sorry

/-- Piece `i` starts at `n * i`. -/
theorem getElem_chunks (n : Nat) (xs : List Nat) (i : Nat) (h : 0 < n) (hi : n * i < xs.length) :
    (chunks n xs)[i]? = some ((xs.drop (n * i)).take n) := by
  sorry

theorem ne_nil_of_mem (n : Nat) (xs c : List Nat) (h : 0 < n) (hc : c ∈ chunks n xs) : c ≠ [] := by
  sorry

example : chunks 2 [1, 2, 3] = [[1, 2], [3]] := by sorry

end Chunks
