/-! Counting down and up. -/

namespace Ranges

def down : Nat → List Nat
  | 0 => []
  | n + 1 => n :: down n

def up (lo : Nat) : Nat → List Nat
  | 0 => []
  | n + 1 => lo :: up (lo + 1) n

def upAcc (n : Nat) (acc : List Nat) : List Nat :=
  match n with
  | 0 => acc
  | n + 1 => upAcc n (n :: acc)

theorem length_down (n : Nat) : (down n).length = n := by
  sorry

theorem length_up (lo n : Nat) : (up lo n).length = n := by
  sorry

theorem mem_down (k n : Nat) : k ∈ down n ↔ k < n := by
  sorry

theorem mem_up (k lo n : Nat) : k ∈ up lo n ↔ lo ≤ k ∧ k < lo + n := by
  sorry

theorem upAcc_eq (n : Nat) (acc : List Nat) : upAcc n acc = upAcc n [] ++ acc := by
  sorry

theorem up_eq (n : Nat) : upAcc n [] = List.range n := by
  sorry

theorem down_eq (n : Nat) : down n = (List.range n).reverse := by
  sorry

theorem up_add (lo m n : Nat) : up lo (m + n) = up lo m ++ up (lo + m) n := by
  sorry

theorem sum_down (n : Nat) : 2 * (down n).sum = n * (n - 1) := by
  sorry

end Ranges
