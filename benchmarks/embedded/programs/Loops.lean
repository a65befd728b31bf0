/-! Imperative programs. -/

namespace Loops

def sumFor (xs : List Nat) : Nat := Id.run do
  let mut s := 0
  for x in xs do
    s := s + x
  return s

def countFor (k : Nat) (xs : List Nat) : Nat := Id.run do
  let mut n := 0
  for x in xs do
    if x = k then
      n := n + 1
  return n

def doubleFor (xs : List Nat) : List Nat := Id.run do
  let mut out := []
  for x in xs do
    out := out ++ [2 * x]
  return out

def maxFor (xs : List Nat) : Nat := Id.run do
  let mut m := 0
  for x in xs do
    if x > m then
      m := x
  return m

theorem sumFor_eq (xs : List Nat) : sumFor xs = xs.sum := by
  sorry

theorem countFor_eq (k : Nat) (xs : List Nat) : countFor k xs = xs.count k := by
  sorry

theorem doubleFor_eq (xs : List Nat) : doubleFor xs = xs.map (2 * ·) := by
  sorry

theorem le_maxFor (xs : List Nat) (a : Nat) (h : a ∈ xs) : a ≤ maxFor xs := by
  sorry

theorem sumFor_append (xs ys : List Nat) : sumFor (xs ++ ys) = sumFor xs + sumFor ys := by
  sorry

theorem countFor_le (k : Nat) (xs : List Nat) : countFor k xs ≤ xs.length := by
  sorry

theorem length_doubleFor (xs : List Nat) : (doubleFor xs).length = xs.length := by
  sorry

end Loops
