/-! Clamping a reading to the range of a sensor. -/

def clamp (lo hi x : Int) : Int := if x < lo then lo else if hi < x then hi else x

theorem clamp_bounds {lo hi : Int} (h : lo ≤ hi) (x : Int) : lo ≤ clamp lo hi x ∧ clamp lo hi x ≤ hi := by
  sorry

theorem clamp_clamp {lo hi : Int} (h : lo ≤ hi) (x : Int) : clamp lo hi (clamp lo hi x) = clamp lo hi x := by
  sorry

theorem clamp_mono {lo hi x y : Int} (h : lo ≤ hi) (hxy : x ≤ y) : clamp lo hi x ≤ clamp lo hi y := by
  sorry
