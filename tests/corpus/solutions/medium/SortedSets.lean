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

/-- Auxiliary -/
theorem mem_union (n : Nat) (xs ys : List Nat) : n ∈ union xs ys ↔ n ∈ xs ∨ n ∈ ys := by
  fun_induction union xs ys <;> grind

theorem increasing_union (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) : Increasing (union xs ys) := by
  unfold Increasing at *
  fun_induction union xs ys <;> grind [List.pairwise_cons, mem_union]

theorem mem_inter (n : Nat) (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) :
    n ∈ inter xs ys ↔ n ∈ xs ∧ n ∈ ys := by
  unfold Increasing at *
  fun_induction inter xs ys <;> grind [List.pairwise_cons]

theorem inter_union_self (xs ys : List Nat) (hx : Increasing xs) (hy : Increasing ys) :
    ∀ n, n ∈ inter xs (union xs ys) ↔ n ∈ xs := by
  intro n
  rw [mem_inter _ _ _ hx (increasing_union _ _ hx hy), mem_union]
  grind

end SortedSets
