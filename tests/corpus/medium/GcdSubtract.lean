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
  sorry

theorem dvd_gcd (a b d : Nat) (ha : d ∣ a) (hb : d ∣ b) : d ∣ gcd a b := by
  sorry

theorem gcd_comm (a b : Nat) : gcd a b = gcd b a := by
  sorry

theorem gcd_mul_left (k a b : Nat) : gcd (k * a) (k * b) = k * gcd a b := by
  sorry

end GcdSubtract
