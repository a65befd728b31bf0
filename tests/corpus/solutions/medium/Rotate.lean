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

/-- Auxiliary: rotating by the length of a prefix moves the prefix to the back. -/
theorem rotate_prefix (xs ys : List α) : rotate xs.length (xs ++ ys) = ys ++ xs := by
  induction xs generalizing ys with
  | nil => simp [rotate]
  | cons x xs ih => simp [rotate, step, ih]

/-- A full turn. -/
theorem rotate_length (xs : List α) : rotate xs.length xs = xs := by
  simpa using rotate_prefix xs []

/-- A turn of less than the whole is a cut. -/
theorem rotate_eq_drop_append_take (n : Nat) (xs : List α) (h : n ≤ xs.length) :
    rotate n xs = xs.drop n ++ xs.take n := by
  have := rotate_prefix (xs.take n) (xs.drop n)
  rw [List.take_append_drop, List.length_take, Nat.min_eq_left h] at this
  exact this

end Rotate
