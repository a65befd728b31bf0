/-! Searching lists. -/

namespace Search

def indexOf (a : Nat) : List Nat → Option Nat
  | [] => none
  | x :: xs => if x = a then some 0 else (indexOf a xs).map (· + 1)

def member (a : Nat) : List Nat → Bool
  | [] => false
  | x :: xs => x == a || member a xs

def nth : List Nat → Nat → Option Nat
  | [], _ => none
  | x :: _, 0 => some x
  | _ :: xs, n + 1 => nth xs n

def firstAbove (k : Nat) : List Nat → Option Nat
  | [] => none
  | x :: xs => if x > k then some x else firstAbove k xs

theorem member_iff (a : Nat) (xs : List Nat) : member a xs = true ↔ a ∈ xs := by
  sorry

theorem indexOf_none (a : Nat) (xs : List Nat) : indexOf a xs = none ↔ member a xs = false := by
  sorry

theorem indexOf_lt (a i : Nat) (xs : List Nat) (h : indexOf a xs = some i) : i < xs.length := by
  sorry

theorem nth_indexOf (a i : Nat) (xs : List Nat) (h : indexOf a xs = some i) : nth xs i = some a := by
  sorry

theorem firstAbove_gt (k x : Nat) (xs : List Nat) (h : firstAbove k xs = some x) : x > k := by
  sorry

theorem firstAbove_mem (k x : Nat) (xs : List Nat) (h : firstAbove k xs = some x) : x ∈ xs := by
  sorry

theorem member_append (a : Nat) (xs ys : List Nat) : member a (xs ++ ys) = (member a xs || member a ys) := by
  sorry

theorem nth_none (xs : List Nat) (n : Nat) : nth xs n = none ↔ xs.length ≤ n := by
  sorry

theorem nth_eq (xs : List Nat) (n : Nat) : nth xs n = xs[n]? := by
  sorry

end Search
