/-! Leaf trees and their leaves with an accumulator. -/

namespace Rose

inductive Leafy
  | tip (n : Nat)
  | fork (l r : Leafy)

def leaves : Leafy → List Nat
  | .tip n => [n]
  | .fork l r => leaves l ++ leaves r

def leavesAcc : Leafy → List Nat → List Nat
  | .tip n, acc => n :: acc
  | .fork l r, acc => leavesAcc l (leavesAcc r acc)

def total : Leafy → Nat
  | .tip n => n
  | .fork l r => total l + total r

def count : Leafy → Nat
  | .tip _ => 1
  | .fork l r => count l + count r

def double : Leafy → Leafy
  | .tip n => .tip (2 * n)
  | .fork l r => .fork (double l) (double r)

theorem leavesAcc_eq (t : Leafy) (acc : List Nat) : leavesAcc t acc = leaves t ++ acc := by
  sorry

theorem sum_leaves (t : Leafy) : (leaves t).sum = total t := by
  sorry

theorem count_pos (t : Leafy) : 0 < count t := by
  sorry

theorem total_double (t : Leafy) : total (double t) = 2 * total t := by
  sorry

theorem length_leaves (t : Leafy) : (leaves t).length = count t := by
  sorry

theorem leaves_nonempty (t : Leafy) : leaves t ≠ [] := by
  sorry

theorem leavesAcc_nil (t : Leafy) : leavesAcc t [] = leaves t := by
  sorry

end Rose
