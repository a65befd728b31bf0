/-! The larger of two numbers. -/

namespace Larger

def larger (a b : Nat) : Nat := sorry

theorem left_le (a b : Nat) : a ≤ larger a b := by
  sorry

theorem right_le (a b : Nat) : b ≤ larger a b := by
  sorry

theorem is_one_of_them (a b : Nat) : larger a b = a ∨ larger a b = b := by
  sorry

example : larger 3 5 = 5 := by sorry

end Larger
