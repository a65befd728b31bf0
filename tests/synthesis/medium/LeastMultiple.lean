/-! The least common multiple. -/

namespace LeastMultiple

def leastMultiple (a b : Nat) : Nat := sorry

theorem dvd_left (a b : Nat) : leastMultiple a b % a = 0 := by
  sorry

theorem dvd_right (a b : Nat) : leastMultiple a b % b = 0 := by
  sorry

theorem pos (a b : Nat) (ha : 0 < a) (hb : 0 < b) : 0 < leastMultiple a b := by
  sorry

/-- No smaller number is a multiple of both. -/
theorem least (a b m : Nat) (hm : 0 < m) (ha : m % a = 0) (hb : m % b = 0) : leastMultiple a b ≤ m := by
  sorry

example : leastMultiple 4 6 = 12 := by sorry

end LeastMultiple
