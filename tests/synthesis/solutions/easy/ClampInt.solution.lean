/-! Keeping a reading within the limits of a gauge. -/

namespace ClampInt

def clamp (low high x : Int) : Int :=
  if x < low then low else if high < x then high else x

theorem low_le_clamp (low high x : Int) (h : low ≤ high) : low ≤ clamp low high x := by
  unfold clamp; split <;> (try split) <;> omega

theorem clamp_le_high (low high x : Int) (h : low ≤ high) : clamp low high x ≤ high := by
  unfold clamp; split <;> (try split) <;> omega

/-- What is within the limits stays. -/
theorem clamp_of_within (low high x : Int) (h₁ : low ≤ x) (h₂ : x ≤ high) : clamp low high x = x := by
  unfold clamp; split <;> (try split) <;> omega

theorem clamp_of_below (low high x : Int) (h : low ≤ high) (hx : x < low) : clamp low high x = low := by
  unfold clamp; split <;> (try split) <;> omega

theorem clamp_of_above (low high x : Int) (h : low ≤ high) (hx : high < x) : clamp low high x = high := by
  unfold clamp; split <;> (try split) <;> omega

end ClampInt
