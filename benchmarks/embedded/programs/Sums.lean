/-! Sums of odd numbers, squares, and with accumulators. -/

namespace Sums

def sumOdd : Nat → Nat
  | 0 => 0
  | n + 1 => sumOdd n + (2 * n + 1)

def sumEven : Nat → Nat
  | 0 => 0
  | n + 1 => sumEven n + 2 * n

def sumTo (n acc : Nat) : Nat :=
  match n with
  | 0 => acc
  | n + 1 => sumTo n (acc + (n + 1))

def sumCubes : Nat → Nat
  | 0 => 0
  | n + 1 => sumCubes n + (n + 1) * (n + 1) * (n + 1)

theorem sumOdd_eq (n : Nat) : sumOdd n = n * n := by
  sorry

theorem sumEven_eq (n : Nat) : sumEven n + n = n * n := by
  sorry

theorem sumTo_acc (n acc : Nat) : sumTo n acc = sumTo n 0 + acc := by
  sorry

theorem two_sumTo (n : Nat) : 2 * sumTo n 0 = n * (n + 1) := by
  sorry

theorem sumEven_le (n : Nat) : sumEven n ≤ sumOdd n := by
  sorry

theorem sumOdd_mono (m n : Nat) (h : m ≤ n) : sumOdd m ≤ sumOdd n := by
  sorry

theorem sumOdd_add_sumEven (n : Nat) : sumOdd n = sumEven n + n := by
  sorry

theorem four_sumCubes (n : Nat) : 4 * sumCubes n = (n * (n + 1)) * (n * (n + 1)) := by
  sorry

end Sums
