/-! Adding up 1, 2, ..., n. -/

namespace SumTo

def sumTo (n : Nat) : Nat :=
  match n with
  | 0 => 0
  | m + 1 => sumTo m + (m + 1)

/-- Gauss. -/
theorem two_mul_sumTo (n : Nat) : 2 * sumTo n = n * (n + 1) := by
  induction n with
  | zero => rfl
  | succ m ih => rw [sumTo, Nat.mul_add, ih]; grind

example : sumTo 4 = 10 := by decide

end SumTo
