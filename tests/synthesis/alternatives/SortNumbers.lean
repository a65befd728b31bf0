/-! Sorting a list of numbers. Another correct program (the program only: its proofs are open). -/

namespace SortNumbers

/-- The least of `x` and the others, and the rest. -/
def least (x : Nat) : List Nat → Nat × List Nat
  | [] => (x, [])
  | y :: ys =>
    match least y ys with
    | (m, rest) => if x ≤ m then (x, y :: ys) else (m, x :: rest)

/-- Take the least one `n` times. -/
def select : Nat → List Nat → List Nat
  | n + 1, x :: xs =>
    match least x xs with
    | (m, rest) => m :: select n rest
  | _, _ => []

def sort (xs : List Nat) : List Nat := select xs.length xs

theorem sort_perm (xs : List Nat) : (sort xs).Perm xs := by
  sorry

theorem sort_sorted (xs : List Nat) : (sort xs).Pairwise (· ≤ ·) := by
  sorry

example : sort [3, 1, 2] = [1, 2, 3] := by sorry

end SortNumbers
