namespace Spec
theorem first (n : Nat) : n + 0 = n := by
  sorry

theorem second (a b : Nat) (h : a + 1 ≤ b) : a < b := by
  first | omega | trivial | exact Nat.le_of_succ_le h
