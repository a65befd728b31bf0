/-! Integer square roots: by counting up, and by the sums of odd numbers. -/

namespace SquareRoot

def search (n r : Nat) : Nat :=
  if (r + 1) * (r + 1) ≤ n then search n (r + 1) else r
termination_by n - r
decreasing_by
  have : r + 1 ≤ (r + 1) * (r + 1) := Nat.le_mul_self _
  omega

def sqrt (n : Nat) : Nat := search n 0

/-- Take away 1, 3, 5, … as long as it goes. -/
def countOdds (n k : Nat) : Nat :=
  if 2 * k + 1 ≤ n then countOdds (n - (2 * k + 1)) (k + 1) else k
termination_by n
decreasing_by omega

theorem sqrt_spec (n : Nat) : sqrt n * sqrt n ≤ n ∧ n < (sqrt n + 1) * (sqrt n + 1) := by
  sorry

theorem sqrt_sq (n : Nat) : sqrt (n * n) = n := by
  sorry

theorem countOdds_eq (n : Nat) : countOdds n 0 = sqrt n := by
  sorry

end SquareRoot
