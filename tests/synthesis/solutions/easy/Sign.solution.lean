/-! The sign of an integer. -/

namespace Sign

def sign (x : Int) : Int :=
  if x < 0 then -1 else if x = 0 then 0 else 1

theorem sign_neg (x : Int) (h : x < 0) : sign x = -1 := by
  simp [sign, h]

theorem sign_zero : sign 0 = 0 := by
  rfl

theorem sign_pos (x : Int) (h : 0 < x) : sign x = 1 := by
  unfold sign; split <;> (try split) <;> omega

end Sign
