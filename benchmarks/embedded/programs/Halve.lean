/-! Halving, doubling, parity by mutual steps. -/

namespace Halve

def half : Nat → Nat
  | 0 => 0
  | 1 => 0
  | n + 2 => half n + 1

def dbl : Nat → Nat
  | 0 => 0
  | n + 1 => dbl n + 2

def isEven : Nat → Bool
  | 0 => true
  | n + 1 => !isEven n

theorem half_dbl (n : Nat) : half (dbl n) = n := by
  sorry

theorem dbl_eq (n : Nat) : dbl n = 2 * n := by
  sorry

theorem half_le (n : Nat) : half n ≤ n := by
  sorry

theorem half_eq (n : Nat) : half n = n / 2 := by
  sorry

theorem isEven_dbl (n : Nat) : isEven (dbl n) = true := by
  sorry

theorem isEven_add (m n : Nat) : isEven (m + n) = (isEven m == isEven n) := by
  sorry

theorem isEven_iff (n : Nat) : isEven n = true ↔ n % 2 = 0 := by
  sorry

theorem dbl_half (n : Nat) (h : isEven n = true) : dbl (half n) = n := by
  sorry

end Halve
