/-! Minutes since midnight as hours and minutes. -/

namespace Clock

def clock (total : Nat) : Nat × Nat := sorry

theorem hours_lt (total : Nat) : (clock total).1 < 24 := by
  sorry

theorem minutes_lt (total : Nat) : (clock total).2 < 60 := by
  sorry

theorem clock_total (total : Nat) (h : total < 1440) : 60 * (clock total).1 + (clock total).2 = total := by
  sorry

/-- The next day begins anew. -/
theorem clock_next_day (total : Nat) : clock (total + 1440) = clock total := by
  sorry

example : clock 125 = (2, 5) := by sorry

example : clock 1500 = (1, 0) := by sorry

end Clock
