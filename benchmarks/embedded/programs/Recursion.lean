/-! Functions of two numbers. -/

namespace Recursion

def maxN : Nat → Nat → Nat
  | 0, n => n
  | m + 1, 0 => m + 1
  | m + 1, n + 1 => maxN m n + 1

def minN : Nat → Nat → Nat
  | 0, _ => 0
  | _ + 1, 0 => 0
  | m + 1, n + 1 => minN m n + 1

def monus : Nat → Nat → Nat
  | m, 0 => m
  | 0, _ + 1 => 0
  | m + 1, n + 1 => monus m n

def addN : Nat → Nat → Nat
  | 0, n => n
  | m + 1, n => addN m (n + 1)

theorem maxN_comm (m n : Nat) : maxN m n = maxN n m := by
  sorry

theorem maxN_eq (m n : Nat) : maxN m n = max m n := by
  sorry

theorem minN_le (m n : Nat) : minN m n ≤ m := by
  sorry

theorem maxN_add_minN (m n : Nat) : maxN m n + minN m n = m + n := by
  sorry

theorem monus_self (n : Nat) : monus n n = 0 := by
  sorry

theorem monus_eq (m n : Nat) : monus m n = m - n := by
  sorry

theorem addN_eq (m n : Nat) : addN m n = m + n := by
  sorry

theorem maxN_assoc (k m n : Nat) : maxN (maxN k m) n = maxN k (maxN m n) := by
  sorry

theorem minN_maxN (m n : Nat) : minN m (maxN m n) = m := by
  sorry

theorem monus_add (m n : Nat) : monus (addN m n) n = m := by
  sorry

theorem le_maxN (m n : Nat) : m ≤ maxN m n ∧ n ≤ maxN m n := by
  sorry

end Recursion
