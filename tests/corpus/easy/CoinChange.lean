/-! Every amount from eight cents on can be paid with coins of three and five cents. -/

theorem payable (n : Nat) (h : 8 ≤ n) : ∃ a b, n = 3 * a + 5 * b := by
  sorry

theorem seven_not_payable : ¬∃ a b, 7 = 3 * a + 5 * b := by
  sorry
