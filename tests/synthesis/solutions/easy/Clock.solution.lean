/-! Minutes since midnight as hours and minutes. -/

namespace Clock

def clock (total : Nat) : Nat × Nat :=
  (total / 60 % 24, total % 60)

theorem hours_lt (total : Nat) : (clock total).1 < 24 := by
  unfold clock; dsimp only; omega

theorem minutes_lt (total : Nat) : (clock total).2 < 60 := by
  unfold clock; dsimp only; omega

theorem clock_total (total : Nat) (h : total < 1440) : 60 * (clock total).1 + (clock total).2 = total := by
  unfold clock; dsimp only; omega

/-- The next day begins anew. -/
theorem clock_next_day (total : Nat) : clock (total + 1440) = clock total := by
  unfold clock; congr 1 <;> omega

example : clock 125 = (2, 5) := by decide

example : clock 1500 = (1, 0) := by decide

end Clock
