/-! The function of Ackermann and Péter, and how it grows. -/

namespace Ackermann

def ack : Nat → Nat → Nat
  | 0, n => n + 1
  | m + 1, 0 => ack m 1
  | m + 1, n + 1 => ack m (ack (m + 1) n)
termination_by m n => (m, n)

theorem ack_two (n : Nat) : ack 2 n = 2 * n + 3 := by
  sorry

theorem ack_three (n : Nat) : ack 3 n + 3 = 2 ^ (n + 3) := by
  sorry

theorem ack_lt_ack (m n k : Nat) (h : n < k) : ack m n < ack m k := by
  sorry

/-- The first argument counts for more than the second. -/
theorem ack_le_ack_left (l m n : Nat) (h : l ≤ m) : ack l n ≤ ack m n := by
  sorry

theorem ack_ack_lt (l m n : Nat) : ack l (ack m n) < ack (l + m + 2) n := by
  sorry

end Ackermann
