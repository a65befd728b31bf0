/-! Adding up 1, 2, ..., n. -/

namespace SumTo

def sumTo (n : Nat) : Nat := sorry

/-- Gauss. -/
theorem two_mul_sumTo (n : Nat) : 2 * sumTo n = n * (n + 1) := by
  sorry

example : sumTo 4 = 10 := by sorry

end SumTo
