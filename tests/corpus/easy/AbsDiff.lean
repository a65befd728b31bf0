/-! The distance of two natural numbers, and that it is a metric. -/

def dist (a b : Nat) : Nat := (a - b) + (b - a)

theorem dist_comm (a b : Nat) : dist a b = dist b a := by
  sorry

theorem dist_eq_zero_iff (a b : Nat) : dist a b = 0 ↔ a = b := by
  sorry

theorem dist_triangle (a b c : Nat) : dist a c ≤ dist a b + dist b c := by
  sorry
