/-! Dividing by two as long as it goes. -/

namespace OddPart

/-- How often two divides `n`, and what is left. -/
def split (n : Nat) : Nat × Nat :=
  if n = 0 then (0, 0)
  else if n % 2 = 0 then ((split (n / 2)).1 + 1, (split (n / 2)).2)
  else (0, n)
termination_by n
decreasing_by all_goals omega

theorem split_spec (n : Nat) : 2 ^ (split n).1 * (split n).2 = n := by
  sorry

theorem odd_split (n : Nat) (h : n ≠ 0) : (split n).2 % 2 = 1 := by
  sorry

theorem split_unique (k m : Nat) (h : m % 2 = 1) : split (2 ^ k * m) = (k, m) := by
  sorry

end OddPart
