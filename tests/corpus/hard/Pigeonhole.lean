/-! Two pigeons share a hole, and a program finds them. -/

namespace Pigeonhole

def mem (x : Nat) : List Nat → Bool
  | [] => false
  | y :: ys => x == y || mem x ys

/-- The first element that comes again later. -/
def findTwice : List Nat → Option Nat
  | [] => none
  | x :: xs => if mem x xs then some x else findTwice xs

def Below (n : Nat) (xs : List Nat) : Prop := ∀ x, mem x xs = true → x < n

theorem findTwice_isSome (n : Nat) (xs : List Nat) (hb : Below n xs) (h : n < xs.length) :
    (findTwice xs).isSome = true := by
  sorry

theorem findTwice_spec (x : Nat) (xs : List Nat) (h : findTwice xs = some x) :
    ∃ i j : Nat, i < j ∧ xs[i]? = some x ∧ xs[j]? = some x := by
  sorry

end Pigeonhole
