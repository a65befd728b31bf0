/-! The least common multiple. -/

namespace LeastMultiple

def leastMultiple (a b : Nat) : Nat :=
  a / Nat.gcd a b * b

theorem dvd_left (a b : Nat) : leastMultiple a b % a = 0 := by
  have ⟨k, hk⟩ := Nat.gcd_dvd_right a b
  have ⟨l, hl⟩ := Nat.gcd_dvd_left a b
  apply Nat.mod_eq_zero_of_dvd
  refine ⟨k, ?_⟩
  unfold leastMultiple
  generalize hg : Nat.gcd a b = g at *
  rcases Nat.eq_zero_or_pos g with h0 | hpos
  · subst h0; simp_all
  · rw [hl, Nat.mul_div_cancel_left _ hpos]
    conv => lhs; rw [hk]
    grind

theorem dvd_right (a b : Nat) : leastMultiple a b % b = 0 := by
  simp [leastMultiple]

theorem pos (a b : Nat) (ha : 0 < a) (hb : 0 < b) : 0 < leastMultiple a b := by
  unfold leastMultiple
  exact Nat.mul_pos (Nat.div_pos (Nat.gcd_le_left b ha) (Nat.gcd_pos_of_pos_left b ha)) hb

/-- No smaller number is a multiple of both. -/
theorem least (a b m : Nat) (hm : 0 < m) (ha : m % a = 0) (hb : m % b = 0) : leastMultiple a b ≤ m := by
  have : leastMultiple a b = Nat.lcm a b := by
    unfold leastMultiple Nat.lcm
    rw [Nat.mul_comm, ← Nat.mul_div_assoc _ (Nat.gcd_dvd_left a b), Nat.mul_comm]
  rw [this]
  exact Nat.le_of_dvd hm (Nat.lcm_dvd (Nat.dvd_of_mod_eq_zero ha) (Nat.dvd_of_mod_eq_zero hb))

example : leastMultiple 4 6 = 12 := by decide

end LeastMultiple
