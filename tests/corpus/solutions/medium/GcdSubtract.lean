/-! Euclid's algorithm as Euclid had it: take the smaller from the larger until they are equal. -/

namespace GcdSubtract

def gcd (a b : Nat) : Nat :=
  if a = 0 then b
  else if b = 0 then a
  else if a ≤ b then gcd a (b - a)
  else gcd (a - b) b
termination_by a + b
decreasing_by all_goals omega

theorem gcd_dvd (a b : Nat) : gcd a b ∣ a ∧ gcd a b ∣ b := by
  fun_induction gcd a b with
  | case1 b => simp
  | case2 a h => simp
  | case3 a b ha hb h ih =>
    refine ⟨ih.1, ?_⟩
    have := Nat.dvd_add ih.1 ih.2
    rwa [Nat.add_sub_cancel' h] at this
  | case4 a b ha hb h ih =>
    refine ⟨?_, ih.2⟩
    have := Nat.dvd_add ih.1 ih.2
    rwa [Nat.sub_add_cancel (by omega)] at this

theorem dvd_gcd (a b d : Nat) (ha : d ∣ a) (hb : d ∣ b) : d ∣ gcd a b := by
  fun_induction gcd a b with
  | case1 b => exact hb
  | case2 a h => exact ha
  | case3 a b _ _ h ih => exact ih ha (Nat.dvd_sub hb ha)
  | case4 a b _ _ h ih => exact ih (Nat.dvd_sub ha hb) hb

theorem gcd_comm (a b : Nat) : gcd a b = gcd b a := by
  apply Nat.dvd_antisymm
  · exact dvd_gcd b a _ (gcd_dvd a b).2 (gcd_dvd a b).1
  · exact dvd_gcd a b _ (gcd_dvd b a).2 (gcd_dvd b a).1

theorem gcd_mul_left (k a b : Nat) : gcd (k * a) (k * b) = k * gcd a b := by
  rcases Nat.eq_zero_or_pos k with rfl | hk
  · rw [Nat.zero_mul, Nat.zero_mul, Nat.zero_mul, gcd]; simp
  fun_induction gcd a b with
  | case1 b => simp [gcd]
  | case2 a h =>
    rw [Nat.mul_zero, gcd]
    split
    · omega
    · simp
  | case3 a b ha hb h ih =>
    have h1 : k * a ≠ 0 := Nat.mul_ne_zero (by omega) ha
    have h2 : k * b ≠ 0 := Nat.mul_ne_zero (by omega) hb
    rw [gcd, if_neg h1, if_neg h2, if_pos (Nat.mul_le_mul_left k h), ← Nat.mul_sub, ih]
  | case4 a b ha hb h ih =>
    have h1 : k * a ≠ 0 := Nat.mul_ne_zero (by omega) ha
    have h2 : k * b ≠ 0 := Nat.mul_ne_zero (by omega) hb
    have h3 : ¬k * a ≤ k * b := fun hle => h (Nat.le_of_mul_le_mul_left hle hk)
    rw [gcd, if_neg h1, if_neg h2, if_neg h3, ← Nat.mul_sub, ih]

end GcdSubtract
