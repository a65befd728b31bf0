/-! The middle one of three numbers, as a pivot is chosen. -/

namespace MedianOfThree

def median (a b c : Nat) : Nat :=
  if a ≤ b then
    if b ≤ c then b else if a ≤ c then c else a
  else
    if a ≤ c then a else if b ≤ c then c else b

theorem median_mem (a b c : Nat) : median a b c = a ∨ median a b c = b ∨ median a b c = c := by
  unfold median; repeat' split
  all_goals omega

/-- No two of them are above it. -/
theorem two_le_median (a b c : Nat) :
    (a ≤ median a b c ∧ b ≤ median a b c) ∨ (a ≤ median a b c ∧ c ≤ median a b c) ∨
      (b ≤ median a b c ∧ c ≤ median a b c) := by
  unfold median; repeat' split
  all_goals omega

/-- No two of them are below it. -/
theorem median_le_two (a b c : Nat) :
    (median a b c ≤ a ∧ median a b c ≤ b) ∨ (median a b c ≤ a ∧ median a b c ≤ c) ∨
      (median a b c ≤ b ∧ median a b c ≤ c) := by
  unfold median; repeat' split
  all_goals omega

example : median 2 9 5 = 5 := by decide

end MedianOfThree
