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
  fun_induction split n with
  | case1 => rfl
  | case2 n h h2 ih =>
    simp only [Nat.pow_succ]
    rw [Nat.mul_right_comm, ih]
    omega
  | case3 n h h2 => simp

theorem odd_split (n : Nat) (h : n ≠ 0) : (split n).2 % 2 = 1 := by
  fun_induction split n with
  | case1 => contradiction
  | case2 n h h2 ih => exact ih (by omega)
  | case3 n h h2 => simp; omega

theorem split_unique (k m : Nat) (h : m % 2 = 1) : split (2 ^ k * m) = (k, m) := by
  induction k with
  | zero =>
    rw [split, if_neg (by omega), if_neg (by omega)]
    simp
  | succ k ih =>
    have e : 2 ^ (k + 1) * m = 2 * (2 ^ k * m) := by rw [Nat.pow_succ]; grind
    have hp : 2 ^ k * m ≠ 0 := Nat.mul_ne_zero (by simp) (by omega)
    rw [e, split, if_neg (by omega), if_pos (by omega), Nat.mul_div_cancel_left _ (by omega), ih]

end OddPart
