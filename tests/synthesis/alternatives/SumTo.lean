/-! Adding up 1, 2, ..., n. Another correct program (the program only: its proofs are open). -/

namespace SumTo

def sumTo (n : Nat) : Nat := n * (n + 1) / 2

/-- Gauss. -/
theorem two_mul_sumTo (n : Nat) : 2 * sumTo n = n * (n + 1) := by
  sorry

example : sumTo 4 = 10 := by sorry

end SumTo
