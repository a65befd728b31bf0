/-! The integer part of the square root. -/

namespace SquareRoot

def root (n : Nat) : Nat := sorry

theorem root_mul_root_le (n : Nat) : root n * root n ≤ n := by
  sorry

theorem lt_succ_root (n : Nat) : n < (root n + 1) * (root n + 1) := by
  sorry

end SquareRoot
