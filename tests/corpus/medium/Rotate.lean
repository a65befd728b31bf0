/-! Rotating a list to the left, one element at a time. -/

namespace Rotate

variable {α : Type}

def step : List α → List α
  | [] => []
  | x :: xs => xs ++ [x]

/-- `n` single steps. -/
def rotate : Nat → List α → List α
  | 0, xs => xs
  | n + 1, xs => rotate n (step xs)

/-- A full turn. -/
theorem rotate_length (xs : List α) : rotate xs.length xs = xs := by
  sorry

/-- A turn of less than the whole is a cut. -/
theorem rotate_eq_drop_append_take (n : Nat) (xs : List α) (h : n ≤ xs.length) :
    rotate n xs = xs.drop n ++ xs.take n := by
  sorry

end Rotate
