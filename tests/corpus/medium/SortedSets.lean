/-! Sets of numbers as strictly increasing lists; union and intersection in one pass. -/

namespace SortedSets

def Increasing (xs : List Nat) : Prop := xs.Pairwise (· < ·)

def union : List Nat → List Nat → List Nat
  | [], ys => ys
  | xs, [] => xs
  | x :: xs, y :: ys =>
    if x < y then x :: union xs (y :: ys)
    else if y < x then y :: union (x :: xs) ys
    else x :: union xs ys
termination_by xs ys => xs.length + ys.length

def inter : List Nat → List Nat → List Nat
  | [], _ => []
  | _, [] => []
  | x :: xs, y :: ys =>
    if x < y then inter xs (y :: ys)
    else if y < x then inter (x :: xs) ys
    else x :: inter xs ys
termination_by xs ys => xs.length + ys.length

theorem increasing_union (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) : Increasing (union xs ys) := by
  sorry

theorem mem_inter (n : Nat) (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) :
    n ∈ inter xs ys ↔ n ∈ xs ∧ n ∈ ys := by
  sorry

theorem inter_union_self (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) :
    ∀ n, n ∈ inter xs (union xs ys) ↔ n ∈ xs := by
  sorry

end SortedSets
