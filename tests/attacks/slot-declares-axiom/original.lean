theorem first (n : Nat) : n + 0 = n := by
  sorry

theorem second (a b : Nat) (h : a + 1 ≤ b) : a < b := by
  first | exact less a b h | omega
