/-! The middle one of three numbers, as a pivot is chosen. -/

namespace MedianOfThree

def median (a b c : Nat) : Nat := sorry

theorem median_mem (a b c : Nat) : median a b c = a ∨ median a b c = b ∨ median a b c = c := by
  sorry

/-- No two of them are above it. -/
theorem two_le_median (a b c : Nat) :
    (a ≤ median a b c ∧ b ≤ median a b c) ∨ (a ≤ median a b c ∧ c ≤ median a b c) ∨
      (b ≤ median a b c ∧ c ≤ median a b c) := by
  sorry

/-- No two of them are below it. -/
theorem median_le_two (a b c : Nat) :
    (median a b c ≤ a ∧ median a b c ≤ b) ∨ (median a b c ≤ a ∧ median a b c ≤ c) ∨
      (median a b c ≤ b ∧ median a b c ≤ c) := by
  sorry

example : median 2 9 5 = 5 := by sorry

end MedianOfThree
