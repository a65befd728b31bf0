/-! Small imperative programs with mutable variables, and what they compute. -/

namespace Loops

def sum (xs : List Nat) : Nat := Id.run do
  let mut s := 0
  for x in xs do
    s := s + x
  return s

def countIf (p : Nat → Bool) (xs : List Nat) : Nat := Id.run do
  let mut n := 0
  for x in xs do
    if p x then
      n := n + 1
  return n

def find (p : Nat → Bool) (xs : List Nat) : Option Nat := Id.run do
  for x in xs do
    if p x then
      return some x
  return none

def largest (xs : List Nat) : Nat := Id.run do
  let mut m := 0
  for x in xs do
    if m < x then
      m := x
  return m

theorem sum_eq (xs : List Nat) : sum xs = xs.sum := by
  sorry

theorem countIf_eq (p : Nat → Bool) (xs : List Nat) : countIf p xs = (xs.filter p).length := by
  sorry

theorem find_eq (p : Nat → Bool) (xs : List Nat) : find p xs = xs.find? p := by
  sorry

theorem largest_spec (xs : List Nat) (x : Nat) (h : x ∈ xs) : x ≤ largest xs ∧ largest xs ∈ xs := by
  sorry

end Loops
