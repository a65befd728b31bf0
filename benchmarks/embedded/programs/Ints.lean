/-! Integers: sign, absolute value, clamping. -/

namespace Ints

def sign (x : Int) : Int := if x > 0 then 1 else if x < 0 then -1 else 0

def absolute (x : Int) : Int := if x < 0 then -x else x

def clamp (lo hi x : Int) : Int := if x < lo then lo else if x > hi then hi else x

def dist (x y : Int) : Int := absolute (x - y)

def sumInt : List Int → Int
  | [] => 0
  | x :: xs => x + sumInt xs

theorem sign_mul_absolute (x : Int) : sign x * absolute x = x := by
  sorry

theorem absolute_nonneg (x : Int) : 0 ≤ absolute x := by
  sorry

theorem absolute_neg (x : Int) : absolute (-x) = absolute x := by
  sorry

theorem clamp_le (lo hi x : Int) (h : lo ≤ hi) : clamp lo hi x ≤ hi := by
  sorry

theorem le_clamp (lo hi x : Int) (h : lo ≤ hi) : lo ≤ clamp lo hi x := by
  sorry

theorem clamp_clamp (lo hi x : Int) (h : lo ≤ hi) : clamp lo hi (clamp lo hi x) = clamp lo hi x := by
  sorry

theorem dist_comm (x y : Int) : dist x y = dist y x := by
  sorry

theorem dist_triangle (x y z : Int) : dist x z ≤ dist x y + dist y z := by
  sorry

theorem sumInt_append (xs ys : List Int) : sumInt (xs ++ ys) = sumInt xs + sumInt ys := by
  sorry

theorem sign_sign (x : Int) : sign (sign x) = sign x := by
  sorry

theorem absolute_add_le (x y : Int) : absolute (x + y) ≤ absolute x + absolute y := by
  sorry

theorem sumInt_neg (xs : List Int) : sumInt (xs.map (fun x => -x)) = -sumInt xs := by
  sorry

end Ints
