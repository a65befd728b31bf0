/-! Matrices as lists of rows. -/

namespace Transpose

variable {α : Type}

/-- The columns of a matrix with `n` columns. -/
def transpose (n : Nat) : List (List α) → List (List α)
  | [] => List.replicate n []
  | r :: rs => List.zipWith (· :: ·) r (transpose n rs)

/-- Every row has `n` entries. -/
def Wide (n : Nat) (m : List (List α)) : Prop := ∀ r ∈ m, r.length = n

def entry (m : List (List α)) (i j : Nat) : Option α := m[i]?.bind (·[j]?)

theorem wide_transpose (n : Nat) (m : List (List α)) (h : Wide n m) : Wide m.length (transpose n m) := by
  sorry

theorem transpose_transpose (n : Nat) (m : List (List α)) (h : Wide n m) : transpose m.length (transpose n m) = m := by
  sorry

theorem entry_transpose (n i j : Nat) (m : List (List α)) (h : Wide n m) :
    entry (transpose n m) j i = entry m i j := by
  sorry

end Transpose
