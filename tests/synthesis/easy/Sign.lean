/-! The sign of an integer. -/

namespace Sign

def sign (x : Int) : Int := sorry

theorem sign_neg (x : Int) (h : x < 0) : sign x = -1 := by
  sorry

theorem sign_zero : sign 0 = 0 := by
  sorry

theorem sign_pos (x : Int) (h : 0 < x) : sign x = 1 := by
  sorry

end Sign
