/-! Statements over sorting and searching for measuring the portfolio. -/

namespace Sorting

def insert (a : Nat) : List Nat → List Nat
  | [] => [a]
  | x :: xs => if a ≤ x then a :: x :: xs else x :: insert a xs

def isort : List Nat → List Nat
  | [] => []
  | x :: xs => insert x (isort xs)

def Sorted : List Nat → Prop
  | [] => True
  | [_] => True
  | x :: y :: rest => x ≤ y ∧ Sorted (y :: rest)

def sortedBool : List Nat → Bool
  | [] => true
  | [_] => true
  | x :: y :: rest => decide (x ≤ y) && sortedBool (y :: rest)

def member (a : Nat) : List Nat → Bool
  | [] => false
  | x :: xs => a == x || member a xs

def find? (p : Nat → Bool) : List Nat → Option Nat
  | [] => none
  | x :: xs => if p x then some x else find? p xs

theorem insert_length (a : Nat) (xs : List Nat) : (insert a xs).length = xs.length + 1 := by sorry

theorem isort_length (xs : List Nat) : (isort xs).length = xs.length := by sorry

theorem mem_insert (a b : Nat) (xs : List Nat) : b ∈ insert a xs ↔ b = a ∨ b ∈ xs := by sorry

theorem mem_isort (b : Nat) (xs : List Nat) : b ∈ isort xs ↔ b ∈ xs := by sorry

theorem insert_sorted (a : Nat) (xs : List Nat) (h : Sorted xs) : Sorted (insert a xs) := by sorry

theorem isort_sorted (xs : List Nat) : Sorted (isort xs) := by sorry

theorem sortedBool_iff (xs : List Nat) : sortedBool xs = true ↔ Sorted xs := by sorry

theorem insert_perm (a : Nat) (xs : List Nat) : (insert a xs).Perm (a :: xs) := by sorry

theorem isort_perm (xs : List Nat) : (isort xs).Perm xs := by sorry

theorem member_iff (a : Nat) (xs : List Nat) : member a xs = true ↔ a ∈ xs := by sorry

theorem find?_some (p : Nat → Bool) (xs : List Nat) (x : Nat) (h : find? p xs = some x) : p x = true ∧ x ∈ xs := by sorry

theorem find?_none (p : Nat → Bool) (xs : List Nat) : find? p xs = none ↔ ∀ x ∈ xs, p x = false := by sorry

theorem sorted_tail (x : Nat) (xs : List Nat) (h : Sorted (x :: xs)) : Sorted xs := by sorry

end Sorting
