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

/-- Auxiliary -/
theorem search_spec (n r : Nat) (h : r * r ≤ n) :
    search n r * search n r ≤ n ∧ n < (search n r + 1) * (search n r + 1) := by
  fun_induction search n r with
  | case1 r h1 ih => exact ih h1
  | case2 r h1 => exact ⟨h, by omega⟩

theorem sqrt_spec (n : Nat) : sqrt n * sqrt n ≤ n ∧ n < (sqrt n + 1) * (sqrt n + 1) := by
  exact search_spec n 0 (by simp)

/-- Auxiliary -/
theorem unique (n r s : Nat) (hr : r * r ≤ n ∧ n < (r + 1) * (r + 1)) (hs : s * s ≤ n ∧ n < (s + 1) * (s + 1)) :
    r = s := by
  rcases Nat.lt_trichotomy r s with h | h | h
  · have := Nat.mul_le_mul (show r + 1 ≤ s from h) (show r + 1 ≤ s from h)
    omega
  · exact h
  · have := Nat.mul_le_mul (show s + 1 ≤ r from h) (show s + 1 ≤ r from h)
    omega

theorem sqrt_sq (n : Nat) : sqrt (n * n) = n := by
  apply unique _ _ _ (sqrt_spec _)
  refine ⟨Nat.le_refl _, ?_⟩
  have : (n + 1) * (n + 1) = n * n + 2 * n + 1 := by grind
  omega

theorem countOdds_eq (n : Nat) : countOdds n 0 = sqrt n := by
  have h : ∀ n k, countOdds n k * countOdds n k ≤ n + k * k ∧
      n + k * k < (countOdds n k + 1) * (countOdds n k + 1) := by
    intro n k
    fun_induction countOdds n k with
    | case1 n k h ih =>
      have : (k + 1) * (k + 1) = k * k + (2 * k + 1) := by grind
      omega
    | case2 n k h =>
      have : (k + 1) * (k + 1) = k * k + (2 * k + 1) := by grind
      omega
  apply unique n
  · simpa using h n 0
  · exact sqrt_spec n

end SquareRoot
